import Civil
import WorkingCalendar

// The public holidays of 2010 to 2050 as WorkingCalendar has them, for scripts/check-holidays: the region, whether Good
// Friday is asked for, the date. Never installed.
for name in ["FR", "FR-57", "FR-67", "FR-68", "FR-6AE", "FR-971", "FR-972", "FR-973", "FR-974", "FR-976"] {
    // A region that the product does not know ends the comparison, and the script that makes it.
    guard let region = HolidayRegion(name) else { fatalError("the product does not know \(name)") }
    for goodFriday in [false, true] {
        for year in 2010...2050 {
            for (date, _) in PublicHoliday.holidays(of: year, in: region, goodFriday: goodFriday) {
                print(name, goodFriday, date)
            }
        }
    }
}
