"""RadGalGUI: explore what neural encoders learned of radio galaxies.

The library is usable without its window: ``sky`` reads and simulates images, ``models``
turns them into vectors, ``analysis`` compares vectors, ``catalog`` keeps sources on disk,
``jobs`` joins them into long work, ``cli`` and ``gui`` are two thin faces of ``jobs``.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
