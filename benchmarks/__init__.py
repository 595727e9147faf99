"""How long planning takes, how much memory, how good the plans are. Timing lives here and never in the tests."""
