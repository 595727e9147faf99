"""How each peer is asked to solve a relief situation, in its best modelling of the same question; one file a peer."""
