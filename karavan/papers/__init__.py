"""Plans on paper and on the screen. The only room with the typesetter and the QR library."""
