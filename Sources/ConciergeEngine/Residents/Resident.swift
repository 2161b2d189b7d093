package import ConciergeKit

/// A resident of the directory, as the landlord's own system has written the line.
///
/// Dwelling and residence are the labels that people use. If the directory has the places too, they are found by these
/// labels: ``Residence``, ``Dwelling``.
package struct Resident: Sendable, Hashable {
    /// The key of the landlord's own system, as it was written. ``key`` is what is compared.
    package var id: String
    package var name: String
    /// The label on the door.
    package var dwelling: String
    package var residence: String
    package var language: String
    package var publics: [String]
    package var email: String
    package var phone: String
    package var movedIn: LocalDate?

    package init(
        id: String, name: String, dwelling: String, residence: String = "", language: String = "",
        publics: [String] = [], email: String = "", phone: String = "", movedIn: LocalDate? = nil
    ) {
        self.id = id
        self.name = name
        self.dwelling = dwelling
        self.residence = residence
        self.language = language
        self.publics = publics
        self.email = email
        self.phone = phone
        self.movedIn = movedIn
    }

    /// By what two lines are of one resident, however their ids were typed.
    package var key: String { Self.key(of: id) }

    /// The key of an id: the same for all forms that people consider the same.
    package static func key(of id: String) -> String { Folding.text(id) }
}

extension Resident: DirectoryNoun {
    package typealias Column = ResidentColumn

    package static var kind: DirectoryKind { .residents }
    package static var word: Text { Text(fr: "locataire", en: "resident") }
    package static var keyColumn: ResidentColumn { .id }
    package var searchWords: [String] { SearchWords.of(self) }

    package init() { self.init(id: "", name: "", dwelling: "") }

    package subscript(column: ResidentColumn) -> String {
        get {
            switch column {
            case .id: id
            case .name: name
            case .dwelling: dwelling
            case .residence: residence
            case .language: language
            case .publics: publics.joined(separator: "\n")
            case .email: email
            case .phone: phone
            case .movedIn: movedIn?.description ?? ""
            }
        }
        set {
            switch column {
            case .id: id = newValue
            case .name: name = newValue
            case .dwelling: dwelling = newValue
            case .residence: residence = newValue
            case .language: language = newValue
            case .publics: publics = newValue.split(separator: "\n").map(String.init)
            case .email: email = newValue
            case .phone: phone = newValue
            case .movedIn: movedIn = LocalDate(newValue)
            }
        }
    }

    package var cells: [String] { Column.allCases.map { self[$0] } }

    package init(cells: [String]) {
        self.init()
        for (column, cell) in zip(Column.allCases, cells) { self[column] = cell }
    }

    package mutating func read(_ text: String, as column: ResidentColumn) -> CellMistake? {
        switch column {
        case .publics: publics = CellText.list(text)
        case .movedIn:
            movedIn = CellText.day(text)
            if movedIn == nil {
                return CellMistake(
                    .date,
                    fr: "« \(text) » n'est pas un jour : attendu jour/mois/année, comme 31/12/2026, ou 2026-12-31",
                    en: "\"\(text)\" is no day: expected day/month/year, like 31/12/2026, or 2026-12-31")
            }
        case .id, .name, .dwelling, .residence, .language, .email, .phone: self[column] = text
        }
        return nil
    }

    /// The residence or the dwelling that the directory does not have, where it has others.
    package func remark(in context: DirectoryContext) -> CellRemark<ResidentColumn>? {
        guard context.hasResidences else { return nil }
        guard !residence.isEmpty else {
            return CellRemark(
                subject: "", column: .residence,
                reason: Text(fr: "la résidence n'est pas dite", en: "the residence is not given"))
        }
        guard let place = context.residence(residence) else {
            return CellRemark(
                subject: Folding.text(residence), column: .residence,
                reason: Text(
                    fr: "la résidence « \(residence) » n'est pas dans l'annuaire",
                    en: "the directory has no residence \"\(residence)\""))
        }
        guard context.lacks(dwelling, in: place) else { return nil }
        return CellRemark(
            subject: Dwelling.key(of: dwelling, residence: place.key), column: .dwelling,
            reason: Text(
                fr: "le logement « \(dwelling) » de « \(place.name) » n'est pas dans l'annuaire",
                en: "the directory has no dwelling \"\(dwelling)\" in \"\(place.name)\""))
    }

    /// Who has moved out does not come back with the landlord's file, unless it has a later day of moving in.
    package func reasonToPass(in context: DirectoryContext) -> CellRemark<ResidentColumn>? {
        guard let day = context.departure(of: key), movedIn.map({ $0 <= day }) ?? true else { return nil }
        return CellRemark(
            subject: key, column: .id,
            reason: Text(
                fr: "« \(id) » a quitté son logement le \(day, .dayAndYear) : la ligne n'est pas reprise",
                en: "\"\(id)\" moved out on \(day, .dayAndYear): the line is passed over"))
    }

    package static func file(
        _ bytes: [UInt8], in context: DirectoryContext, progress: (Int, Int) -> Bool
    ) -> DirectoryFile<Resident> {
        DirectoryFile(bytes, in: context, progress: progress)
    }
}
