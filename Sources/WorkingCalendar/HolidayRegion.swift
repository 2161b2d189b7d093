import Civil

/// Whose public holidays a calendar has: those of metropolitan France, those of Alsace and Moselle besides, or those of
/// an overseas department.
///
/// It is written as in ISO 3166-2: `FR` alone, or `FR-` with the number of a department.
public struct HolidayRegion: Sendable, Hashable, CustomStringConvertible {
    /// `FR`, `FR-57`, `FR-2A`, `FR-972`.
    public let description: String
    let law: Law

    /// Which days the law adds to those of all France.
    enum Law: Sendable, Hashable {
        case france
        /// 26 December, and Good Friday where a commune has it: ordinance of 16 August 1892, Code du travail L3134-13.
        case alsaceMoselle
        /// The abolition of slavery, on its day in the department: loi 83-550, décret 83-1003.
        case overseas(month: Int, day: Int)
    }

    /// The holidays of metropolitan France without Alsace and Moselle.
    public static let france = HolidayRegion("FR", .france)

    private init(_ description: String, _ law: Law) { (self.description, self.law) = (description, law) }

    /// Reads `FR` or a department like `FR-57`, in any case; nil for what is no department of France.
    public init?(_ text: String) {
        let code = text.uppercased()
        guard code != "FR" else {
            self = .france
            return
        }
        guard code.hasPrefix("FR-"), let law = Self.law(of: String(code.dropFirst(3))) else { return nil }
        self.init(code, law)
    }

    private static func law(of department: String) -> Law? {
        switch department {
        // 6AE is the European Collectivity of Alsace, which is both departments of the Rhine.
        case "57", "67", "68", "6AE": return .alsaceMoselle
        case "971": return .overseas(month: 5, day: 27)
        case "972": return .overseas(month: 5, day: 22)
        case "973": return .overseas(month: 6, day: 10)
        case "974": return .overseas(month: 12, day: 20)
        case "976": return .overseas(month: 4, day: 27)
        case "2A", "2B": return .france
        default:
            // Corsica is 2A and 2B, and no longer 20.
            guard department.utf8.count == 2, department.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(department), (1...95).contains(number), number != 20
            else { return nil }
            return .france
        }
    }

    /// The names of all regions.
    public static let names: [String] = {
        let departments =
            (1...95).map { $0 < 10 ? "0\($0)" : "\($0)" } + ["2A", "2B", "6AE"] + (971...976).map(String.init)
        return ["FR"] + departments.filter { law(of: $0) != nil }.map { "FR-\($0)" }
    }()

    /// Whether communes of the region may have Good Friday as a holiday: by law in Alsace and Moselle, by custom
    /// overseas.
    public var mayHaveGoodFriday: Bool { law != .france }
    /// Whether Good Friday is a holiday where nothing else is said: in Alsace and Moselle, whose towns have it.
    public var hasGoodFriday: Bool { law == .alsaceMoselle }
}

extension HolidayRegion: Codable {
    /// Reads a text like `FR-57`.
    public init(from decoder: any Decoder) throws {
        self = try decoder.value("FR or a department of France like FR-57") { HolidayRegion($0) }
    }

    /// Writes a text like `FR-57`.
    public func encode(to encoder: any Encoder) throws { try encoder.write(description) }
}
