"""The rules of the chat: standard library only, no Flask, no sockets, no SQL."""
