package import Wording

// The interface org.concierged.Residents.

extension Wire {
    /// A resident of the directory. A text that the file leaves empty is empty.
    package struct Resident: WireValue, Hashable {
        package var id: String
        package var name: String
        /// The label on the door.
        package var dwelling: String
        package var residence: String
        package var language: String
        package var publics: [String]
        package var email: String
        package var phone: String
        /// A day in ISO 8601.
        package var movedIn: String?

        package init(
            id: String, name: String, dwelling: String, residence: String = "", language: String = "",
            publics: [String] = [], email: String = "", phone: String = "", movedIn: String? = nil
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
    }
}

package enum ResidentMethods {
    /// Finds residents by the beginnings of words.
    package struct Search: ControlMethod {
        package static let declaration = MethodDeclaration("Search", of: .residents, for: .staff, isSigned: false)

        package var query: String
        package var limit: Int?

        package init(query: String, limit: Int? = nil) {
            self.query = query
            self.limit = limit
        }

        package struct Reply: WireValue, Hashable {
            package var residents: [Wire.Resident]
            /// Whether others would be found too.
            package var more: Bool

            package init(residents: [Wire.Resident], more: Bool) {
                self.residents = residents
                self.more = more
            }
        }
    }

    /// A resident moves out: their open requests become what each service says, and they leave the directory.
    package struct MoveOut: ControlMethod {
        package static let declaration = MethodDeclaration("MoveOut", of: .residents, for: .staff, isSigned: true)

        package var id: String
        /// A day in ISO 8601.
        package var on: String
        package var dryRun: Bool?

        package init(id: String, on: String, dryRun: Bool? = nil) {
            self.id = id
            self.on = on
            self.dryRun = dryRun
        }

        /// What becomes of a request.
        package struct Item: WireValue, Hashable {
            package var id: String
            package var service: String
            /// What a list shows of it; nil if its service is not served.
            package var headline: Text?
            /// The state after it.
            package var state: String
            package var outcome: Outcome
            /// The action that ends it.
            package var action: String?
            /// Where it stays, in words.
            package var place: String?
            /// Why staff are left to decide, if its service would have ended it.
            package var reason: Text?
            /// The actions that are possible for staff.
            package var actions: [String]

            package typealias Outcome = Wire.Word<Item>

            package init(_ request: Wire.Request, outcome: Outcome) {
                id = request.id
                service = request.service
                headline = request.headline
                state = request.state
                actions = request.actions
                self.outcome = outcome
            }
        }

        package struct Reply: WireValue, Hashable {
            package var resident: Wire.Resident
            /// The name of their residence, if the directory has it.
            package var residence: String?
            package var on: String
            /// Whether it was done; false for a dry run.
            package var done: Bool
            package var requests: [Item]
            /// The open requests that they followed.
            package var unfollowed: [String]

            package init(
                resident: Wire.Resident, residence: String?, on: String, done: Bool, requests: [Item],
                unfollowed: [String]
            ) {
                self.resident = resident
                self.residence = residence
                self.on = on
                self.done = done
                self.requests = requests
                self.unfollowed = unfollowed
            }
        }
    }

    /// Returns one resident.
    package struct Get: ControlMethod {
        package static let declaration = MethodDeclaration("Get", of: .residents, for: .staff, isSigned: false)

        package var id: String

        package init(id: String) { self.id = id }

        package struct Reply: WireValue, Hashable {
            package var resident: Wire.Resident
            /// Their residence, if the directory has it.
            package var residence: Wire.Residence?
            /// Their dwelling, if the directory has it.
            package var dwelling: Wire.Dwelling?
            /// What staff have noted of them.
            package var dossier: Wire.Dossier

            package init(
                resident: Wire.Resident, residence: Wire.Residence? = nil, dwelling: Wire.Dwelling? = nil,
                dossier: Wire.Dossier
            ) {
                self.resident = resident
                self.residence = residence
                self.dwelling = dwelling
                self.dossier = dossier
            }
        }
    }

    /// Lists all residents in pages.
    package struct List: PagedMethod {
        package static let declaration = MethodDeclaration("List", of: .residents, for: .staff, isSigned: false)
        package static let elements = "residents"

        package var limit: Int?
        package var after: String?

        package init(limit: Int? = nil, after: String? = nil) {
            self.limit = limit
            self.after = after
        }

        package struct Reply: WireValue, Hashable {
            package var residents: [Wire.Resident]
            package var next: String?

            package init(residents: [Wire.Resident], next: String? = nil) {
                self.residents = residents
                self.next = next
            }
        }
    }

    /// Adds a portion to the file that the connection uploads.
    package struct Upload: ControlMethod {
        package static let declaration = MethodDeclaration("Upload", of: .residents, for: .admin, isSigned: false)

        /// The name that the first call got; nil begins another file.
        package var upload: String?
        /// In base 64 (RFC 4648).
        package var data: String

        package init(upload: String?, data: String) {
            self.upload = upload
            self.data = data
        }

        package struct Reply: WireValue, Hashable {
            package var upload: String
            /// The size of the file so far, in bytes.
            package var size: Int

            package init(upload: String, size: Int) {
                self.upload = upload
                self.size = size
            }
        }
    }

    /// Makes the directory what an uploaded file of residents says.
    package typealias Import = DirectoryImport<Wire.Resident>
}

extension Wire.Resident: ImportableEntry {
    package static var importMethod: MethodDeclaration {
        MethodDeclaration("Import", of: .residents, for: .admin, isSigned: true, replies: .stream)
    }
}

extension Wire.Word<ResidentMethods.MoveOut.Item> {
    /// The request stays with the dwelling, for nobody.
    package static var stays: Self { "stays" }
    /// An action ends it.
    package static var ends: Self { "ends" }
    /// Staff decide.
    package static var staff: Self { "staff" }
}
