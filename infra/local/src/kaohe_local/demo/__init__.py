"""``kaohe demo``: a region's sample played through the bucket and the API, as somebody outside would do it."""
