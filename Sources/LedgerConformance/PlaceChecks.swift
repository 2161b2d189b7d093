import ConciergeEngine
import ConciergeKit
import ConciergeTesting
import Testing

extension LedgerSuite {
    static let places: [LedgerCheck.Kind] = [
        .init("The place that a request is about is kept, and found by its residence and its part") {
            try await $0.placesAreKept()
        },
        .init("A request that is about another place now is found there alone") { try await $0.relocated() },
        .init("Requests about a place are listed page by page, the newest first, open ones or all") {
            try await $0.placesPageByPage()
        },
        .init("The place that a key names is found, in whatever form it is written") { try await $0.knownPlaces() },
    ]

    static let followers: [LedgerCheck.Kind] = [
        .init("Followers of a request are kept, shown with it, and found by what they follow") {
            try await $0.followersAreKept()
        },
        .init("Followers are deleted with their request, and those of others are not") {
            try await $0.followersAreDeleted()
        },
    ]

    private func about(
        _ id: RequestID, _ about: PlaceKey?, resident: String? = nil, isOpen: Bool = true
    ) -> StoredRequest {
        var request = request(id, isOpen: isOpen, resident: resident)
        request.about = about
        return request
    }

    private func list(
        _ ledger: any Ledger, _ about: PlaceKey, isOpen: Bool? = nil, resident: String? = nil
    ) async throws -> [RequestID] {
        var query = RequestQuery()
        (query.about, query.isOpen, query.resident) = (about, isOpen, resident)
        return try await ledger.requests(query).elements.map(\.request.id)
    }

    private static let hall = PlaceKey(residence: "T-1", commonPart: "Local vélos")
    private static let flat = PlaceKey(residence: "T-1", dwelling: "B 204")

    private func placesAreKept() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            let whole = PlaceKey(residence: "T-1")
            let all = [
                about("r-1", whole), about("r-2", Self.hall, resident: "paul"), about("r-3", Self.flat, isOpen: false),
                about("r-4", PlaceKey(residence: "T-2", dwelling: "B 204")), about("r-5", nil, resident: "paul"),
            ]
            try await first.open(all)
            let ledger = try await reopen(first, in: directory)
            for request in all {
                #expect(try await ledger.request(request.id)?.request == request)
                #expect(try await ledger.ask { try $0.request(request.id) } == request)
            }
            for (place, isOpen, ids) in [
                (whole, nil, ["r-3", "r-2", "r-1"]), (whole, true, ["r-2", "r-1"]), (whole, false, ["r-3"]),
                (Self.hall, nil, ["r-2"]), (Self.hall, true, ["r-2"]), (Self.flat, nil, ["r-3"]),
                (Self.flat, true, []), (PlaceKey(residence: "T-9"), nil, []),
            ] as [(PlaceKey, Bool?, [RequestID])] {
                #expect(try await list(ledger, place, isOpen: isOpen) == ids)
            }
            #expect(try await list(ledger, whole, resident: "paul") == ["r-2"])
            await ledger.close()
        }
    }

    private func relocated() async throws {
        try await withLedger { ledger in
            var request = about("r-1", Self.flat)
            try await ledger.put { $0.requests.opened[request.id] = request }
            (request.about, request.version) = (PlaceKey(residence: "T-2"), 2)
            try await ledger.put { changes in
                changes.requests.changed[request.id] = request
                changes.requests.relocated = [request.id]
            }
            for isOpen in [nil, true] {
                #expect(try await list(ledger, PlaceKey(residence: "T-1"), isOpen: isOpen) == [])
                #expect(try await list(ledger, PlaceKey(residence: "T-2"), isOpen: isOpen) == ["r-1"])
            }
            #expect(try await ledger.request("r-1")?.request == request)
        }
    }

    private func placesPageByPage() async throws {
        try await withLedger { ledger in
            for number in 0..<7 {
                let place = number == 3 ? PlaceKey(residence: "T-2") : Self.flat
                try await ledger.put { $0.requests.opened["r-\(number)"] = about("r-\(number)", place) }
            }
            for isOpen in [nil, true] {
                var query = RequestQuery()
                (query.about, query.isOpen, query.limit) = (PlaceKey(residence: "T-1"), isOpen, 4)
                let page = try await ledger.requests(query)
                #expect(page.elements.map(\.request.id) == ["r-6", "r-5", "r-4", "r-2"])
                query.after = page.next
                let rest = try await ledger.requests(query)
                #expect(rest.elements.map(\.request.id) == ["r-1", "r-0"] && rest.next == nil)
            }
        }
    }

    private func knownPlaces() async throws {
        try await withLedger { (ledger: any Ledger) async throws -> Void in
            var residence = Residence()
            (residence.id, residence.name, residence.zone) = ("T-1", "Les Tilleuls", "Europe/Paris")
            var dwelling = Dwelling()
            (dwelling.residence, dwelling.label) = ("T-1", "B 204")
            #expect(try await ledger.put(DirectoryChanges(put: [residence]), from: 0) == 1)
            #expect(try await ledger.put(DirectoryChanges(put: [dwelling]), from: 1) == 2)
            func known(_ key: PlaceKey) async throws -> KnownPlace? {
                try await ledger.ask { try $0.place(key) }
            }
            let flat = try await known(PlaceKey(residence: "t-1", dwelling: "b 204"))
            #expect(flat?.residence == residence && flat?.dwelling == dwelling && flat?.commonPart == nil)
            let hall = try await known(PlaceKey(residence: "T-1", commonPart: "hall"))
            #expect(hall?.residence == residence && hall?.dwelling == nil && hall?.commonPart == "hall")
            #expect(try await known(PlaceKey(residence: "T-1", dwelling: "C 1"))?.dwelling == nil)
            #expect(try await known(PlaceKey(residence: "T-9", dwelling: "B 204")) == nil)
            // Who has moved out is kept beside all of these.
            let gone = Departure(id: "R-1", day: LocalDate("2027-01-31")!)
            #expect(try await ledger.put(DirectoryChanges(put: [gone]), from: 2) == 3)
            #expect(try await ledger.entry(of: Departure.self, named: "r-1") == gone)
            #expect(try await ledger.directory(of: Resident.self, after: nil, limit: 10).entries == [])
        }
    }

    // MARK: Followers

    private func followed(_ id: RequestID, isOpen: Bool = true) -> StoredRequest {
        var request = request(id, isOpen: isOpen)
        request.isFollowed = true
        return request
    }

    private func listFollowed(by resident: String, _ ledger: any Ledger, isOpen: Bool? = nil) async throws
        -> [RequestID]
    {
        var query = RequestQuery()
        (query.follower, query.isOpen) = (resident, isOpen)
        return try await ledger.requests(query).elements.map(\.request.id)
    }

    private func followersAreKept() async throws {
        try await withDirectory { directory in
            let first = try await make(directory)
            try await first.put { changes in
                for id in ["r-1", "r-2"] as [RequestID] { changes.requests.opened[id] = followed(id) }
                changes.requests.opened["r-3"] = followed("r-3", isOpen: false)
                changes.requests.opened["r-4"] = request("r-4")
                changes.followers = ["r-1": ["zoé": true, "anne": true], "r-2": ["anne": true], "r-3": ["anne": true]]
            }
            let ledger = try await reopen(first, in: directory)
            #expect(try await ledger.request("r-1")?.followers == ["anne", "zoé"])
            #expect(try await ledger.request("r-1")?.request.isFollowed == true)
            #expect(try await ledger.request("r-4")?.followers == [])
            #expect(try await ledger.ask { try $0.followers(of: "r-1") } == ["anne", "zoé"])
            #expect(try await listFollowed(by: "anne", ledger) == ["r-3", "r-2", "r-1"])
            #expect(try await listFollowed(by: "anne", ledger, isOpen: true) == ["r-2", "r-1"])
            // Whoever follows already goes on, and whoever does not may cease to.
            try await ledger.put { $0.followers = ["r-1": ["zoé": true, "anne": false, "paul": false]] }
            #expect(try await ledger.request("r-1")?.followers == ["zoé"])
            #expect(try await listFollowed(by: "anne", ledger) == ["r-3", "r-2"])
            var changed = followed("r-1")
            (changed.isFollowed, changed.version) = (false, 2)
            try await ledger.put { changes in
                changes.requests.changed["r-1"] = changed
                changes.followers = ["r-1": ["zoé": false]]
            }
            #expect(try await ledger.request("r-1") == RequestView(request: changed, timers: [:]))
            await ledger.close()
        }
    }

    private func followersAreDeleted() async throws {
        try await withLedger { ledger in
            try await ledger.put { changes in
                changes.requests.opened["r-1"] = followed("r-1", isOpen: false)
                changes.requests.opened["r-2"] = followed("r-2")
                changes.followers = ["r-1": ["anne": true], "r-2": ["anne": true]]
            }
            #expect(try await ledger.prune(Retention(), at: now + .days(730), limit: 100).requests == 1)
            #expect(try await ledger.ask { try $0.followers(of: "r-1") } == [])
            #expect(try await ledger.ask { try $0.followers(of: "r-2") } == ["anne"])
            #expect(try await listFollowed(by: "anne", ledger) == ["r-2"])
        }
    }
}
