"""The product's story, played over HTTP against a running platform, with every figure worked out a second time."""
