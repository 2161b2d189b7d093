import ConciergeEngine
import ConciergeKit
import Testing

@testable import ConciergeDaemon

@Suite("The configuration section offers")
struct OfferSectionTests {
    private func configuration(_ yaml: String) throws -> DaemonConfiguration {
        try DaemonConfiguration(try ConfigurationFiles(yaml + "\n").tree(), providers: ["parcel"])
    }

    private func complaint(_ yaml: String) -> String? {
        do {
            _ = try configuration(yaml)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("An offer has its conditions, its period, its partner and its pilot")
    func read() throws {
        let book = try configuration(
            """
            offers:
              trial:
                service: parcel.reception
                residences: [Les Tilleuls]
                publics: [senior]
                consent: home-visits
                adapted: true
                from: 2027-01-04
                until: 2027-06-30
                partner: The neighbours
                pilot: {measure: parcels a month, stop: complaints}
            """
        ).offerBook
        let offer = try #require(book.all.first)
        #expect(offer.id == "trial" && offer.service == "parcel.reception" && offer.partner == "The neighbours")
        #expect(offer.consent == "home-visits")
        #expect(offer.pilot == Offer.Pilot(measure: "parcels a month", stop: "complaints"))
        #expect(
            offer.conditions.map(\.en) == [
                "from Monday 4 January 2027 on", "until Wednesday 30 June 2027", "residences: Les Tilleuls",
                "publics: senior",
                "adapted dwellings", "with the person's consent to \"home-visits\"",
            ])
    }

    @Test(
        "What cannot be is refused with its line",
        arguments: [
            (
                "offers: {a: {service: parcel.reception, from: 2027-02-01, until: 2027-01-01}}",
                "before it begins"
            ),
            ("offers: {a: {service: parcel.reception, pilot: {measure: x, stop: y}}}", "a pilot says when it begins"),
            (
                "offers: {a: {service: parcel.reception, from: 2027-01-01, pilot: {measure: x, stop: y}}}",
                "a pilot says when it ends"
            ),
            (
                "offers: {a: {service: p.q, from: 2027-01-01, until: 2027-02-01, pilot: {measure: x, stop: y}}}",
                "a pilot names its residences"
            ),
            (
                "offers: {a: {service: p.q, publics: [senior]}, b: {service: p.q, publics: [Senior], partner: x}}",
                "contradicts \"a\""
            ),
        ])
    func wrong(yaml: String, says: String) {
        #expect(complaint(yaml)?.contains(says) == true, "\(complaint(yaml) ?? "no complaint")")
    }
}
