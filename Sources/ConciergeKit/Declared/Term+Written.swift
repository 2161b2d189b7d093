import WorkingCalendar

extension Term: WrittenValue {
    /// How people write how long somebody has: in elapsed hours, working hours or working days.
    public static var form: Text {
        Text(
            fr: "un délai comme 24 heures, 10 heures ouvrées ou 5 jours ouvrés",
            en: "a term like 24 hours, 10 working hours or 5 working days")
    }
    /// What is wrong with a text that is no term.
    public static func mistake(in text: String) -> Text? {
        do throws(Mistake) {
            _ = try Term(text)
            return nil
        } catch {
            return error.words
        }
    }
    /// Reads `24 hours`, `5 working days` and `5 jours ouvrés`.
    public init?(written text: String) { try? self.init(text) }
    /// The English text that reading gives back unchanged: `5 working days`.
    public var writtenText: String { description }
}
