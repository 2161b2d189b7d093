// A provider's author imports this module alone: instants, dates and zones, and words for people, come with it.
@_exported public import Civil
@_exported public import Wording
