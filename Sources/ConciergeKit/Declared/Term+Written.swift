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

extension SeasonTerm: WrittenValue {
    /// How people write a season and how long somebody has in it.
    public static var form: Text {
        Text(
            fr: "le délai d'une saison, comme 1/11..30/4=1 jour ouvré",
            en: "the term of a season like 1/11..30/4=1 working day")
    }
    /// What is wrong with a text that is no season with its term.
    public static func mistake(in text: String) -> Text? {
        do throws(SeasonalTerm.Mistake) {
            _ = try SeasonTerm(text)
            return nil
        } catch {
            return error.words
        }
    }
    /// Reads `1/11..30/4=1 working day` and `1/11..30/4 = 1 jour ouvré`.
    public init?(written text: String) { try? self.init(text) }
    /// The English text that reading gives back unchanged: `1/11..30/4=1 working day`.
    public var writtenText: String { description }
}
