"""The wizard that makes a catalogue of the user's own data; reads and builds nothing itself."""
