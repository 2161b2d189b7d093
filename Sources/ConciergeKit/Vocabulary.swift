// A provider imports this module only: it exports instants, dates and zones, texts for people, and the terms
// of promises and of days off.
@_exported public import Civil
@_exported public import Wording

@_exported public import enum WorkingCalendar.DayOff
@_exported public import enum WorkingCalendar.PublicHoliday
@_exported public import struct WorkingCalendar.Season
@_exported public import struct WorkingCalendar.SeasonTerm
@_exported public import struct WorkingCalendar.SeasonalTerm
@_exported public import enum WorkingCalendar.Term
