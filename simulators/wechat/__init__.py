"""A stand-in for WeChat Pay that moves no money: a part of its API v3 over HTTP, signed both ways, misbehaviour."""
