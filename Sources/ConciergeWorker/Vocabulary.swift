// A worker imports this module only: it exports texts for people.
@_exported public import Wording
