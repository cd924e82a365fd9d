"""Partners: other platforms that may know what happens here, as far as each of them was allowed."""
