import ConciergeEngine
import ConciergeKit
import Mail

extension DaemonConfiguration {
    /// The settings of one partner.
    struct PartnerSection: Settings {
        @Setting("How the office calls it; without it, by the name of the section.", example: "Plomberie Martin")
        var name: String?
        @Setting("Where it is written to; without it, staff tell it.", example: "atelier@plomberie-martin.example")
        var email: String?
        @Setting("Its telephone number, for who tells it by hand.", example: "03 87 00 00 00")
        var phone: String?
        @Setting("In which language it is written to; without it, in the lodge's.", example: "fr")
        var language: String?

        static var example: Self {
            Self {
                $0.name = "Plomberie Martin"
                $0.email = "atelier@plomberie-martin.example"
                $0.phone = "03 87 00 00 00"
            }
        }

        func check() throws(Mismatch) {
            if let name, TextLimits.blank(name) != nil { throw $name.wrong("it is blank") }
            guard let email else { return }
            do throws(MailMistake) {
                _ = try MailAddress(email)
            } catch {
                throw $email.wrong("\"\(email)\" is no address: \(error.words.en)")
            }
        }
    }

    /// The partners by name.
    var partnerBook: PartnerBook {
        var book: [String: Partner] = [:]
        for (id, section) in partners {
            var partner = Partner(section.name ?? id)
            partner.email = section.email ?? ""
            partner.phone = section.phone ?? ""
            partner.language = section.language ?? ""
            book[id] = partner
        }
        return PartnerBook(book)
    }

    /// Refuses two partners with the same name: nobody could say which one is meant.
    func checkPartners(_ tree: ConfigurationTree) throws(ConfigurationError) {
        var known: [String: String] = [:]
        for (id, section) in partners.sorted(by: { $0.key < $1.key }) {
            for key in Set([id, section.name ?? id].map(PartnerBook.key(of:))) {
                if let other = known[key] {
                    throw tree.error(
                        at: [.key("partners"), .key(id)], reason: "it has the same name as \"\(other)\"")
                }
                known[key] = id
            }
        }
    }
}
