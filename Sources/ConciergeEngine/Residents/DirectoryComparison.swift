/// Compares a file with the directory, part by part.
package struct DirectoryComparison: Sendable {
    private let columns: Set<ResidentColumn>
    /// By key, the residents of the file who were not met in the directory yet.
    private var left: [String: Resident] = [:]
    /// Residents who are in both, and differ in a column that the file has.
    package private(set) var changed: [Resident] = []
    /// Residents of the directory who are not in the file.
    package private(set) var missing: [Resident] = []

    package init(_ file: ResidentsFile) {
        columns = file.columns
        left.reserveCapacity(file.residents.count)
        for resident in file.residents { left[resident.key] = resident }
    }

    /// The residents of the file who are not in the directory, once all of it was compared.
    package var added: some Collection<Resident> { left.values }

    /// Compares residents of the directory, each of whom is passed once.
    package mutating func compare(_ residents: [Resident]) {
        for resident in residents {
            guard let written = left.removeValue(forKey: resident.key) else {
                missing.append(resident)
                continue
            }
            let merged = merged(written, into: resident)
            if merged != resident { changed.append(merged) }
        }
    }

    /// What makes the directory what the file says.
    package func changes(movingOutMissing: Bool) -> DirectoryChanges {
        DirectoryChanges(put: Array(added) + changed, removed: movingOutMissing ? missing.map(\.key) : [])
    }

    /// A file says nothing about the columns that it does not have.
    private func merged(_ written: Resident, into resident: Resident) -> Resident {
        var merged = written
        for column in ResidentColumn.allCases where !columns.contains(column) {
            switch column {
            case .id, .name, .dwelling: break
            case .residence: merged.residence = resident.residence
            case .language: merged.language = resident.language
            case .publics: merged.publics = resident.publics
            case .email: merged.email = resident.email
            case .phone: merged.phone = resident.phone
            case .movedIn: merged.movedIn = resident.movedIn
            }
        }
        return merged
    }
}
