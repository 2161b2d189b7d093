extension Instant {
    /// The date of a message in UTC (RFC 5322, section 3.3): `Mon, 23 Nov 2026 18:14:06 +0000`.
    package var mailDate: String {
        let (day, rest) = milliseconds.quotientAndRemainder(flooringBy: 86_400_000)
        let date = LocalDate(daysSinceEpoch: Int(day))
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = date.weekday.rawValue.prefix(3)
        var text = "\(weekday.prefix(1).uppercased())\(weekday.dropFirst()), \(date.day.padded(2)) "
        text += "\(months[date.month - 1]) \(date.year.padded(4)) "
        text.append(timeOfDay: Int(rest) / 1000)
        return text + " +0000"
    }
}
