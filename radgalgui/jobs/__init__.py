"""Work that joins the layers below: answer a query, build a catalogue, run in a child process.

Never here: Qt, and what only a terminal or only a window needs.
"""
