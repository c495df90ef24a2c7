"""A song's number or payload as a QR code, and a picture of one back."""
