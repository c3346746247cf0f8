"""Which features the window has; each lives in a room of its own and is listed here once."""

from __future__ import annotations

from radgalgui.gui.choosing.here import Here
from radgalgui.gui.choosing.naming import Naming
from radgalgui.gui.dots.feature import DotsFeature
from radgalgui.gui.duplicates.feature import DuplicatesFeature
from radgalgui.gui.feature import Feature
from radgalgui.gui.imaging.feature import ImagingFeature
from radgalgui.gui.keeping.feature import KeepingFeature
from radgalgui.gui.mapping.feature import MappingFeature
from radgalgui.gui.measuring.feature import MeasuringFeature
from radgalgui.gui.mosaic.feature import MosaicFeature
from radgalgui.gui.skyview.feature import SkyFeature
from radgalgui.gui.table.feature import TableFeature
from radgalgui.gui.tiling.feature import TilesFeature

__all__ = ["FEATURES"]

#: In the order in which they stand at the end of menus, and are asked for a step back.
FEATURES: tuple[type[Feature], ...] = (
    TableFeature,
    MappingFeature,
    DotsFeature,
    Here,
    Naming,
    DuplicatesFeature,
    ImagingFeature,
    MosaicFeature,
    MeasuringFeature,
    SkyFeature,
    TilesFeature,
    KeepingFeature,
)
