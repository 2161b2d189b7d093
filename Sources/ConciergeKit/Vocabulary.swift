// A provider imports this module only: it exports instants, dates and zones, and texts for people.
@_exported public import Civil
@_exported public import Wording
