"""The JSON API: the actions and lists of :mod:`karavan.desk.api.offered`, with tokens."""
