extension LocalDate {
    /// Reads a day as people type it: `2026-12-31`, or day first with slashes, full stops or hyphens: `31/12/2026`,
    /// `1.6.2026`. Nil for anything else and for a day that does not exist.
    public init?(typed text: some StringProtocol) {
        if let date = LocalDate(String(text)) {
            self = date
            return
        }
        guard let mark = text.first(where: { $0 == "/" || $0 == "." || $0 == "-" }) else { return nil }
        let numbers = text.split(separator: mark, omittingEmptySubsequences: false)
        guard numbers.count == 3, (1...2).contains(numbers[0].utf8.count), (1...2).contains(numbers[1].utf8.count),
            numbers[2].utf8.count == 4,
            numbers.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let day = Int(numbers[0]), let month = Int(numbers[1]), let year = Int(numbers[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}
