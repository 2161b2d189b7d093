import ConciergeKit
import JSON
import Testing

@testable import ConciergeEngine
@testable import ConciergeTesting

@Suite("Offers")
struct OfferTests {
    /// The bench begins on Monday 23 November 2026.
    let bench: Bench

    init() throws {
        bench = try Bench(services: [Upkeep(), Loan()])
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name, tilleuls.territory, tilleuls.zone) = (
            "T-1", "Les Tilleuls", "Metz", "Europe/Paris"
        )
        var flat = Dwelling()
        (flat.residence, flat.label, flat.isAdapted) = ("T-1", "B 204", true)
        bench.fill([tilleuls])
        bench.fill([flat])
        bench.fill([
            Resident(
                id: "R-1", name: "Zoé Lefèvre", dwelling: "B 204", residence: "les tilleuls", publics: ["Senior"]),
            Resident(id: "R-2", name: "Luc Petit", dwelling: "A 1", residence: "Elsewhere"),
        ])
    }

    private func offer(_ service: ServiceID = "toy.upkeep", _ change: (inout Offer) -> Void = { _ in }) -> Offer {
        var offer = Offer(id: "one", service: service)
        change(&offer)
        return offer
    }

    private func serve(_ offers: Offer...) {
        var registry = Registry(offers: OfferBook(offers))
        for provider in bench.engine.registry.providers { registry.add(provider) }
        bench.engine.serve(registry)
    }

    /// Why a request is refused; nil if it is opened.
    private func refusal(for resident: String?, about: PlaceKey? = nil) throws -> String? {
        try bench.decide(
            .open(service: "toy.upkeep", resident: resident, about: about, input: ["term": "1 hour"], caller: .staff)
        ).rejection?.words.en
    }

    @Test("A service that no offer names is offered to everybody")
    func everybody() throws {
        serve(offer("toy.loan") { $0.publics = ["nobody"] })
        #expect(try refusal(for: "R-2") == nil)
        #expect(try refusal(for: nil) == nil)
    }

    @Test(
        "Each condition holds for whom it names, in whatever spelling, and a refusal names it",
        arguments: [
            (
                "residences: Les Tilleuls, Other",
                { @Sendable (offer: inout Offer) in offer.residences = ["Les Tilleuls", "Other"] }
            ),
            ("residences: T-1", { $0.residences = ["T-1"] }),
            ("territories: METZ", { $0.territories = ["METZ"] }),
            ("publics: sénior", { $0.publics = ["sénior"] }),
            ("adapted dwellings", { $0.adapted = true }),
        ] as [(String, @Sendable (inout Offer) -> Void)])
    func conditions(words: String, change: @Sendable (inout Offer) -> Void) throws {
        serve(offer { change(&$0) })
        #expect(try refusal(for: "r-1") == nil)
        #expect(
            try refusal(for: "R-2") == "The service \"Upkeep\" is not offered to Luc Petit. It is for: \(words).")
        #expect(try refusal(for: "apt-9")?.contains("whom the directory does not know") == true)
        #expect(bench.memory.requests.count == 1)
    }

    @Test("The conditions of a place hold for the place that a request is about, wherever its resident lives")
    func places() throws {
        let (here, elsewhere) = (PlaceKey(residence: "T-1", dwelling: "B 204"), PlaceKey(residence: "X-9"))
        for change in [
            { $0.residences = ["Les Tilleuls"] }, { $0.territories = ["Metz"] }, { $0.adapted = true },
        ] as [(inout Offer) -> Void] {
            serve(offer { change(&$0) })
            #expect(try refusal(for: nil, about: here) == nil)
            #expect(try refusal(for: "R-2", about: here) == nil)
            #expect(
                try refusal(for: "R-1", about: elsewhere)?.contains("not offered to Zoé Lefèvre for \"X-9\".") == true)
        }
        serve(offer { $0.publics = ["senior"] })
        #expect(try refusal(for: "R-1", about: here) == nil)
        #expect(
            try refusal(for: nil, about: here)
                == "The service \"Upkeep\" is not offered for \"Les Tilleuls, B 204\". It is for: publics: senior.")
        serve(offer { $0.residences = ["Les Tilleuls"] })
        #expect(try refusal(for: "R-2", about: PlaceKey(residence: "T-1", commonPart: "hall")) == nil)
    }

    @Test("An offer that asks for a consent holds on the days on which the resident agrees, and a refusal names it")
    func consent() throws {
        serve(offer { $0.consent = "Visites à domicile" })
        let refused = "It is for: with the person's consent to \"Visites à domicile\"."
        #expect(try refusal(for: "R-1") == "The service \"Upkeep\" is not offered to Zoé Lefèvre. \(refused)")
        #expect(try refusal(for: "apt-9")?.hasSuffix(refused) == true)
        func note(_ change: DossierChange) throws { try bench.decide(.note(change, resident: "r-1", caller: .staff)) }
        try note(.consent(to: "visites a domicile", from: LocalDate("2026-11-24"), until: LocalDate("2026-11-25")))
        #expect(try refusal(for: "R-1") != nil)
        bench.now = Instant("2026-11-25T23:59:59Z")!
        #expect(try refusal(for: "R-1") == nil)
        #expect(try refusal(for: "R-2") != nil)
        bench.now = Instant("2026-11-26T00:00:00Z")!
        #expect(try refusal(for: "R-1") != nil)
    }

    @Test("An offer holds from its first day to the end of its last one")
    func period() throws {
        serve(
            offer {
                $0.from = LocalDate("2026-11-24")
                $0.until = LocalDate("2026-11-25")
            })
        #expect(try refusal(for: "R-1")?.contains("from Tuesday 24 November 2026 on") == true)
        bench.now = Instant("2026-11-25T23:59:59Z")!
        #expect(try refusal(for: "R-1") == nil)
        bench.now = Instant("2026-11-26T00:00:00Z")!
        #expect(try refusal(for: "R-1")?.contains("until Wednesday 25 November 2026") == true)
    }

    @Test(
        "One of several offers is enough, and a refusal names what the nearest one asks for and what is offered instead"
    )
    func nearest() throws {
        var second = Offer(id: "two", service: "toy.upkeep")
        second.publics = ["student"]
        serve(
            offer {
                $0.residences = ["Les Tilleuls"]
                $0.publics = ["senior"]
            }, second, Offer(id: "three", service: "toy.loan"))
        #expect(try refusal(for: "R-1") == nil)
        #expect(
            try refusal(for: "R-2")
                == "The service \"Upkeep\" is not offered to Luc Petit. It is for: publics: student. What is offered: "
                + "\"Loan\" (toy.loan).")
    }

    @Test("Two offers of a service contradict each other if they are for the same people at the same time")
    func contradictions() {
        let one = offer {
            $0.publics = ["Senior", "fragile"]
            $0.until = LocalDate("2026-12-31")
        }
        let same = offer {
            $0.publics = ["FRAGILE", "senior"]
            $0.from = LocalDate("2026-12-31")
        }
        let later = offer {
            $0.publics = ["fragile", "senior"]
            $0.from = LocalDate("2027-01-01")
        }
        #expect(one.hasConditions(of: same) && one.overlaps(same))
        #expect(one.hasConditions(of: later) && !one.overlaps(later))
        #expect(!one.hasConditions(of: offer { $0.publics = ["senior"] }))
        #expect(offer { $0.consent = "A b" }.hasConditions(of: offer { $0.consent = "a  B" }))
        #expect(!offer { $0.consent = "a" }.hasConditions(of: offer()))
    }

    @Test("A pilot's figures are those of its residences beside all others; who is not in the directory is not counted")
    func pilot() {
        var figures = PilotFigures(
            offer { $0.residences = ["LES TILLEULS"] },
            homes: [
                "r-1": Home(residence: "Les Tilleuls"), "r-2": Home(residence: "Les Tilleuls"),
                "r-3": Home(residence: "Elsewhere"),
            ])
        func promise(_ state: StoredCommitment.State, due: Instant? = nil, score: Int? = nil) -> [CommitmentView] {
            [
                CommitmentView(
                    number: 1, name: "fixed", kind: .promise, state: state, partner: nil, start: bench.now, due: due,
                    pausedSince: nil, keptAt: nil, missedAt: nil, reopened: 0, score: score)
            ]
        }
        figures.add(resident: "R-1", commitments: promise(.kept, score: 9), at: bench.now)
        figures.add(resident: "r-1", commitments: promise(.open, due: bench.now - .hours(1)), at: bench.now)
        figures.add(resident: "R-3", commitments: promise(.missed, score: 3), at: bench.now)
        figures.add(resident: "apt-9", commitments: promise(.kept), at: bench.now)
        figures.add(resident: nil, commitments: [], at: bench.now)
        let (pilot, others) = (figures.pilot, figures.others)
        #expect([pilot.residents, pilot.askers, pilot.requests, pilot.kept, pilot.missed] == [2, 1, 2, 1, 1])
        #expect([others.residents, others.askers, others.requests, others.kept, others.missed] == [1, 1, 1, 0, 1])
        #expect([pilot.scores, pilot.satisfied, others.scores, others.satisfied] == [1, 1, 1, 0])
        #expect(figures.hasTooFew)
        for _ in 0..<18 { figures.add(resident: "R-2", commitments: [], at: bench.now) }
        #expect(!figures.hasTooFew && figures.pilot.askers == 2)
    }

    @Test("A residence's people count for its pilot, whether the offer and the directory name it by its id or its name")
    func pilotOfResidence() {
        var tilleuls = Residence()
        (tilleuls.id, tilleuls.name) = ("T-1", "Les Tilleuls")
        let residents = [("R-1", "T-1"), ("R-2", "les tilleuls"), ("R-3", "Elsewhere")].map { id, residence in
            Resident(id: id, name: "", dwelling: "", residence: residence)
        }
        let homes = Home.all(of: residents, in: [tilleuls])
        for name in ["t-1", "Les Tilleuls"] {
            var figures = PilotFigures(offer { $0.residences = [name] }, homes: homes)
            for resident in residents { figures.add(resident: resident.id, commitments: [], at: bench.now) }
            #expect([figures.pilot.residents, figures.pilot.requests] == [2, 2])
            #expect([figures.others.residents, figures.others.requests] == [1, 1])
        }
    }
}
