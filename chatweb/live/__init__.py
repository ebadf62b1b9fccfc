"""What is pushed: the events that clients send and the events that the server tells."""
