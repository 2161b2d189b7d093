package import Civil

// The interface org.concierged.Dossiers. Days are texts in ISO 8601.

extension Wire {
    /// What staff have noted of a resident.
    package struct Dossier: WireValue, Hashable {
        /// As it was noted, the preferred one first; empty if nothing was.
        package var channels: [Channel]
        /// What follows from the noted channels and the directory's addresses; never empty.
        package var reachedBy: [Channel]
        package var absences: [Days]
        package var consents: [Consent]
        package var mandates: [Mandate]

        package typealias Channel = Wire.Word<Wire.Dossier>

        package init(
            channels: [Channel] = [], reachedBy: [Channel], absences: [Days] = [], consents: [Consent] = [],
            mandates: [Mandate] = []
        ) {
            self.channels = channels
            self.reachedBy = reachedBy
            self.absences = absences
            self.consents = consents
            self.mandates = mandates
        }

        /// Both days are included; without a last one there is no end.
        package struct Days: WireValue, Hashable {
            package var from: String
            package var until: String?

            package init(from: String, until: String?) {
                self.from = from
                self.until = until
            }
        }

        /// What the resident agrees to, or once agreed to.
        package struct Consent: WireValue, Hashable {
            package var purpose: String
            package var from: String
            package var until: String?
            /// The first day on which it does not count because it was withdrawn.
            package var withdrawn: String?
            package var recordedBy: String
            package var recordedAt: Instant
            package var withdrawnBy: String?
            package var withdrawnAt: Instant?
            /// Whether it counts today.
            package var counts: Bool

            package init(
                purpose: String, from: String, until: String?, withdrawn: String?, recordedBy: String,
                recordedAt: Instant, withdrawnBy: String?, withdrawnAt: Instant?, counts: Bool
            ) {
                self.purpose = purpose
                self.from = from
                self.until = until
                self.withdrawn = withdrawn
                self.recordedBy = recordedBy
                self.recordedAt = recordedAt
                self.withdrawnBy = withdrawnBy
                self.withdrawnAt = withdrawnAt
                self.counts = counts
            }
        }

        /// Who may act for the resident, or once might.
        package struct Mandate: WireValue, Hashable {
            package var holder: String
            package var email: String?
            package var phone: String?
            /// The holder's id, if the holder is in the directory.
            package var resident: String?
            /// Empty for all services.
            package var services: [String]
            package var from: String
            package var until: String?
            /// The first day on which it does not count because it was ended early.
            package var ended: String?
            package var recordedBy: String
            package var recordedAt: Instant
            package var endedBy: String?
            package var endedAt: Instant?
            /// Whether it counts today.
            package var counts: Bool

            package init(
                holder: String, email: String?, phone: String?, resident: String?, services: [String], from: String,
                until: String?, ended: String?, recordedBy: String, recordedAt: Instant, endedBy: String?,
                endedAt: Instant?, counts: Bool
            ) {
                self.holder = holder
                self.email = email
                self.phone = phone
                self.resident = resident
                self.services = services
                self.from = from
                self.until = until
                self.ended = ended
                self.recordedBy = recordedBy
                self.recordedAt = recordedAt
                self.endedBy = endedBy
                self.endedAt = endedAt
                self.counts = counts
            }
        }
    }
}

extension Wire.Word<Wire.Dossier> {
    package static var email: Self { "email" }
    package static var phone: Self { "phone" }
    package static var letter: Self { "letter" }
    package static var door: Self { "door" }
}

/// Whose dossier was changed, and the dossier as it is then.
package struct DossierReply: WireValue, Hashable {
    package var id: String
    package var name: String
    package var dossier: Wire.Dossier

    package init(id: String, name: String, dossier: Wire.Dossier) {
        self.id = id
        self.name = name
        self.dossier = dossier
    }
}

/// A call that changes the dossier of a resident.
package protocol DossierMethod: RepeatableMethod where Reply == DossierReply {
    /// The resident's id.
    var resident: String { get set }
}

/// The calls of `org.concierged.Dossiers`. A day that is nil is today.
package enum DossierMethods {
    private static func method(_ name: String) -> MethodDeclaration {
        MethodDeclaration(name, of: .dossiers, for: .staff, isSigned: true, mayOverlap: true)
    }

    /// Notes how the resident wants to be reached.
    package struct Prefer: DossierMethod {
        package static let declaration = method("Prefer")

        package var resident: String
        /// The preferred one first; empty to forget it.
        package var channels: [Wire.Dossier.Channel]
        package var idempotencyKey: String?

        package init(resident: String, channels: [Wire.Dossier.Channel]) {
            self.resident = resident
            self.channels = channels
        }
    }

    /// Notes that the resident is away.
    package struct Absent: DossierMethod {
        package static let declaration = method("Absent")

        package var resident: String
        package var from: String?
        package var until: String?
        package var idempotencyKey: String?

        package init(resident: String, from: String? = nil, until: String? = nil) {
            self.resident = resident
            self.from = from
            self.until = until
        }
    }

    /// Notes that the resident is at home again.
    package struct Back: DossierMethod {
        package static let declaration = method("Back")

        package var resident: String
        package var on: String?
        package var idempotencyKey: String?

        package init(resident: String, on: String? = nil) {
            self.resident = resident
            self.on = on
        }
    }

    /// Notes what the resident agrees to.
    package struct Agree: DossierMethod {
        package static let declaration = method("Agree")

        package var resident: String
        package var purpose: String
        package var from: String?
        package var until: String?
        package var idempotencyKey: String?

        package init(resident: String, purpose: String, from: String? = nil, until: String? = nil) {
            self.resident = resident
            self.purpose = purpose
            self.from = from
            self.until = until
        }
    }

    /// Notes that the resident does not agree any more.
    package struct Withdraw: DossierMethod {
        package static let declaration = method("Withdraw")

        package var resident: String
        package var purpose: String
        package var on: String?
        package var idempotencyKey: String?

        package init(resident: String, purpose: String, on: String? = nil) {
            self.resident = resident
            self.purpose = purpose
            self.on = on
        }
    }

    /// Notes who may act for the resident.
    package struct Empower: DossierMethod {
        package static let declaration = method("Empower")

        package var resident: String
        /// Nil for the name that the directory has of `holderResident`.
        package var holder: String?
        package var email: String?
        package var phone: String?
        package var holderResident: String?
        /// Nil for all services.
        package var services: [String]?
        package var from: String?
        package var until: String?
        package var idempotencyKey: String?

        package init(
            resident: String, holder: String? = nil, email: String? = nil, phone: String? = nil,
            holderResident: String? = nil, services: [String]? = nil, from: String? = nil, until: String? = nil
        ) {
            self.resident = resident
            self.holder = holder
            self.email = email
            self.phone = phone
            self.holderResident = holderResident
            self.services = services
            self.from = from
            self.until = until
        }
    }

    /// Notes that somebody may not act for the resident any more.
    package struct EndMandate: DossierMethod {
        package static let declaration = method("EndMandate")

        package var resident: String
        /// The name or the id of the holder.
        package var holder: String
        /// Nil to end all mandates of the holder.
        package var services: [String]?
        package var on: String?
        package var idempotencyKey: String?

        package init(resident: String, holder: String, services: [String]? = nil, on: String? = nil) {
            self.resident = resident
            self.holder = holder
            self.services = services
            self.on = on
        }
    }
}
