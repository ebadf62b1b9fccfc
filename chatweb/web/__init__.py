"""What is served over HTTP to the people of the chat."""
