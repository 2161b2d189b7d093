// The interface org.concierged.Places.

extension Wire {
    /// A residence of the directory. A text that the file leaves empty is empty.
    package struct Residence: WireValue, Hashable {
        package var id: String
        package var name: String
        package var address: String
        package var territory: String
        package var zone: String
        package var region: String
        package var calendar: String
        package var phone: String
        package var commonParts: [String]
        /// How many dwellings the directory has of it.
        package var dwellings: Int?

        package init(
            id: String, name: String, address: String, territory: String, zone: String, region: String,
            calendar: String, phone: String, commonParts: [String], dwellings: Int?
        ) {
            self.id = id
            self.name = name
            self.address = address
            self.territory = territory
            self.zone = zone
            self.region = region
            self.calendar = calendar
            self.phone = phone
            self.commonParts = commonParts
            self.dwellings = dwellings
        }
    }

    /// A dwelling of the directory.
    package struct Dwelling: WireValue, Hashable {
        /// Empty if it has none.
        package var id: String
        /// As on the door.
        package var label: String
        /// The id of its residence.
        package var residence: String
        package var floor: String
        package var adapted: Bool?
        package var connected: Bool?

        package init(
            id: String, label: String, residence: String, floor: String, adapted: Bool?, connected: Bool?
        ) {
            self.id = id
            self.label = label
            self.residence = residence
            self.floor = floor
            self.adapted = adapted
            self.connected = connected
        }
    }
}

/// The calls of `org.concierged.Places`.
package enum PlaceMethods {
    /// Returns one residence.
    package struct GetResidence: ControlMethod {
        package static let declaration = MethodDeclaration("GetResidence", of: .places, for: .staff, isSigned: false)

        /// Its id or name.
        package var id: String

        package init(id: String) { self.id = id }

        package struct Reply: WireValue, Hashable {
            package var residence: Wire.Residence

            package init(residence: Wire.Residence) { self.residence = residence }
        }
    }

    /// Lists all residences in pages.
    package struct ListResidences: PagedMethod {
        package static let declaration = MethodDeclaration("ListResidences", of: .places, for: .staff, isSigned: false)
        package static let elements = "residences"

        package var limit: Int?
        package var after: String?

        package init(limit: Int? = nil, after: String? = nil) {
            self.limit = limit
            self.after = after
        }

        package struct Reply: WireValue, Hashable {
            package var residences: [Wire.Residence]
            package var next: String?

            package init(residences: [Wire.Residence], next: String? = nil) {
                self.residences = residences
                self.next = next
            }
        }
    }

    /// Returns one dwelling.
    package struct GetDwelling: ControlMethod {
        package static let declaration = MethodDeclaration("GetDwelling", of: .places, for: .staff, isSigned: false)

        /// Its id; its label if a residence is given.
        package var id: String
        package var residence: String?

        package init(id: String, residence: String? = nil) {
            self.id = id
            self.residence = residence
        }

        package struct Reply: WireValue, Hashable {
            package var dwelling: Wire.Dwelling

            package init(dwelling: Wire.Dwelling) { self.dwelling = dwelling }
        }
    }

    /// Lists all dwellings, or those of a residence, in pages.
    package struct ListDwellings: PagedMethod {
        package static let declaration = MethodDeclaration("ListDwellings", of: .places, for: .staff, isSigned: false)
        package static let elements = "dwellings"

        package var residence: String?
        package var limit: Int?
        package var after: String?

        package init(residence: String? = nil, limit: Int? = nil, after: String? = nil) {
            self.residence = residence
            self.limit = limit
            self.after = after
        }

        package struct Reply: WireValue, Hashable {
            package var dwellings: [Wire.Dwelling]
            package var next: String?

            package init(dwellings: [Wire.Dwelling], next: String? = nil) {
                self.dwellings = dwellings
                self.next = next
            }
        }
    }

    /// Makes the residences of the directory what an uploaded file says.
    package typealias ImportResidences = DirectoryImport<Wire.Residence>

    /// Makes the dwellings of the directory what an uploaded file says.
    package typealias ImportDwellings = DirectoryImport<Wire.Dwelling>
}

extension Wire.Residence: ImportableEntry {
    package static var importMethod: MethodDeclaration {
        MethodDeclaration("ImportResidences", of: .places, for: .admin, isSigned: true, replies: .stream)
    }
}

extension Wire.Dwelling: ImportableEntry {
    package static var importMethod: MethodDeclaration {
        MethodDeclaration("ImportDwellings", of: .places, for: .admin, isSigned: true, replies: .stream)
    }
}
