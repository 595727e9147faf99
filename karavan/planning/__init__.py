"""How to find a good plan: the only room with numpy, scipy and the search."""
