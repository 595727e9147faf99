"""How dates and numbers are written; Django has no such module for Armenian."""
