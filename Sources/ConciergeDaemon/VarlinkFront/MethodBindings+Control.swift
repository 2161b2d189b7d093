import ConciergeEngine
import ConciergeKit
import ConciergeProtocol

/// The use cases of the daemon. They do not depend on the transport.
struct UseCases: Sendable {
    let submitting: Submitting
    let reading: Reading
    let countingRequests: CountingRequests
    let findingRequests: FindingRequests
    let readingResident: ReadingResident
    let readingNotices: ReadingNotices
    let readingProviders: ReadingProviders
    let readingStatus: ReadingStatus
    let watching: Watching
    let releasingProviders: ReleasingProviders
    let backingUp: BackingUp
    let explainingPromises: ExplainingPromises
    let reportingCommitments: ReportingCommitments
    let readingToday: ReadingToday
    let reload: Reload
    let readingResidents: ReadingResidents
    let movingOut: MovingOutOfDwelling
    let readingPlaces: ReadingPlaces
    let importingDirectory: ImportingDirectory
    let working: Working
    let readingOffers: ReadingOffers
}

extension MethodBindings {
    /// Binds each method of the control interface to its use case. Methods that read run in `reads`.
    init(_ cases: UseCases, reads: ReadPool) {
        self.init()
        bindRequests(cases, reads)
        bindTasks(cases, reads)
        bindManager(cases, reads)
        bindCommitments(cases, reads)
        bindResidents(cases, reads)
        bindPlaces(cases, reads)
        bindWork(cases, reads)
        bindNotices(cases, reads)
        bindDossiers(cases, reads)
    }

    private mutating func bindWork(_ cases: UseCases, _ reads: ReadPool) {
        let working = cases.working
        bind(
            WorkMethods.Take.self,
            streaming: { call, exchange, replies in
                working.take(
                    call, by: exchange.actor, for: exchange.principal, from: exchange.connection, on: replies)
            })
        bind(WorkMethods.Progress.self) { call, exchange in
            exchange.end(
                Result { () throws(ControlError) in
                    try working.progress(call, for: exchange.principal, from: exchange.connection)
                })
        }
        bind(WorkMethods.Finish.self) { call, exchange in
            working.finish(call, for: exchange.principal, from: exchange.connection) { exchange.end($0) }
        }
        bind(WorkMethods.Leave.self) { call, exchange in
            exchange.end(
                Result { () throws(ControlError) in
                    try working.leave(call, for: exchange.principal, from: exchange.connection)
                })
        }
        bind(WorkMethods.List.self, in: reads, reading: { _, _ in working.list() })
    }

    private mutating func bindRequests(_ cases: UseCases, _ reads: ReadPool) {
        let (submitting, reading, watching) = (cases.submitting, cases.reading, cases.watching)
        bind(RequestMethods.Open.self) { call, exchange in
            exchange.resolve(about: call.about, submitting.residents.places, in: reads) { about in
                exchange.resolve(resident: call.resident, submitting.residents, in: reads) { resident in
                    var call = call
                    call.resident = resident
                    submitting.open(call, about: about, by: exchange.actor) { exchange.end($0) }
                }
            }
        }
        bind(RequestMethods.Relocate.self) { call, exchange in
            exchange.resolve(about: call.about, submitting.residents.places, in: reads) { about in
                guard let about else { return }
                submitting.relocate(call, about: about, by: exchange.actor) { exchange.end($0) }
            }
        }
        bind(RequestMethods.Follow.self) { call, exchange in
            exchange.resolve(resident: call.resident, submitting.residents, in: reads) { resident in
                var call = call
                call.resident = resident ?? call.resident
                submitting.follow(call, by: exchange.actor) { exchange.end($0) }
            }
        }
        bind(RequestMethods.Unfollow.self) { call, exchange in
            exchange.resolve(resident: call.resident, forNew: false, submitting.residents, in: reads) { resident in
                var call = call
                call.resident = resident ?? call.resident
                submitting.unfollow(call, by: exchange.actor) { exchange.end($0) }
            }
        }
        bind(RequestMethods.Reassign.self) { call, exchange in
            exchange.resolve(resident: call.resident, submitting.residents, in: reads) { resident in
                var call = call
                call.resident = resident ?? call.resident
                submitting.reassign(call, by: exchange.actor) { exchange.end($0) }
            }
        }
        bind(RequestMethods.Act.self, submitting: { submitting.act($0, by: $1, $2) })
        bind(RequestMethods.Correct.self, submitting: { submitting.correct($0, by: $1, $2) })
        bind(RequestMethods.Undo.self, submitting: { submitting.undo($0, by: $1, $2) })
        bind(RequestMethods.Note.self, submitting: { submitting.note($0, by: $1, $2) })
        bind(RequestMethods.Release.self, submitting: { submitting.release($0, by: $1, $2) })
        bind(RequestMethods.Get.self) { call, exchange in
            // The beginning of an id is searched for, in turn with the calls of others.
            exchange.read(in: reads, isLong: RequestID(call.id) == nil) {
                exchange.end(.success(try await reading.get(call, for: exchange.principal)))
            }
        }
        bind(RequestMethods.Verify.self, in: reads, reading: { try await reading.verify($0, for: $1) })
        bind(
            RequestMethods.Today.self, in: reads,
            reading: { [today = cases.readingToday] in try await today.today($0, for: $1) })
        bind(RequestMethods.List.self, in: reads, reading: { try await reading.list($0, for: $1) })
        bind(
            RequestMethods.Count.self, in: reads,
            reading: { [counting = cases.countingRequests] in try await counting.count($0, for: $1) })
        bind(
            RequestMethods.Find.self, in: reads,
            reading: { [finding = cases.findingRequests] in try await finding.find($0, for: $1) })
        bind(
            RequestMethods.OfResident.self, in: reads,
            reading: { [resident = cases.readingResident] in try await resident.answer($0, for: $1) })
        bind(RequestMethods.History.self, in: reads, reading: { try await reading.history($0, for: $1) })
        bind(
            RequestMethods.Watch.self,
            streaming: { call, exchange, replies in
                watching.watch(call, for: exchange.principal, on: replies) { isLong, body in
                    exchange.read(in: reads, isLong: isLong, body)
                }
            })
    }

    private mutating func bindTasks(_ cases: UseCases, _ reads: ReadPool) {
        let (submitting, reading, watching) = (cases.submitting, cases.reading, cases.watching)
        bind(TaskMethods.List.self, in: reads, reading: { _, _ in reading.tasks() })
        bind(TaskMethods.Trigger.self) { call, exchange in
            if call.wait == true, exchange.takesMore {
                watching.trigger(call, by: exchange.actor, for: exchange.principal, on: exchange.replies())
            } else {
                submitting.trigger(call, by: exchange.actor) { exchange.end($0) }
            }
        }
        bind(TaskMethods.WatchRun.self, streaming: { watching.watch($0, for: $1.principal, on: $2) })
        bind(TaskMethods.GetRun.self, in: reads, readingQuickly: { try await reading.run($0, for: $1) })
        bind(TaskMethods.ListRuns.self, in: reads, reading: { try await reading.runs($0, for: $1) })
        bind(TaskMethods.RetryRun.self, submitting: { submitting.retry($0, by: $1, $2) })
        bind(TaskMethods.CancelRun.self, submitting: { submitting.cancel($0, by: $1, $2) })
    }

    private mutating func bindCommitments(_ cases: UseCases, _ reads: ReadPool) {
        bind(
            CommitmentMethods.Explain.self, in: reads,
            reading: { [explaining = cases.explainingPromises] call, _ in try await explaining.explain(call) })
        bind(
            CommitmentMethods.Report.self, in: reads,
            reading: { [reporting = cases.reportingCommitments] call, _ in try await reporting.report(call) })
    }

    private mutating func bindNotices(_ cases: UseCases, _ reads: ReadPool) {
        let (submitting, reading) = (cases.submitting, cases.readingNotices)
        bind(NoticeMethods.List.self, in: reads, reading: { try await reading.list($0, for: $1) })
        bind(NoticeMethods.Show.self, in: reads, reading: { call, _ in try await reading.show(call) })
        bind(NoticeMethods.SendAgain.self, submitting: { submitting.sendAgain($0, by: $1, $2) })
        bind(NoticeMethods.Told.self, submitting: { submitting.told($0, by: $1, $2) })
    }

    private mutating func bindDossiers(_ cases: UseCases, _ reads: ReadPool) {
        bind(noting: DossierMethods.Prefer.self, cases, reads)
        bind(noting: DossierMethods.Absent.self, cases, reads)
        bind(noting: DossierMethods.Back.self, cases, reads)
        bind(noting: DossierMethods.Agree.self, cases, reads)
        bind(noting: DossierMethods.Withdraw.self, cases, reads)
        bind(noting: DossierMethods.Empower.self, cases, reads)
        bind(noting: DossierMethods.EndMandate.self, cases, reads)
    }

    private mutating func bind<Method: NotingMethod>(
        noting method: Method.Type, _ cases: UseCases, _ reads: ReadPool
    ) {
        let submitting = cases.submitting
        bind(method) { call, exchange in
            exchange.read(in: reads, isLong: true) {
                let resident = try await submitting.residents.known(call.resident)
                submitting.note(call, of: resident, by: exchange.actor) { exchange.end($0) }
            }
        }
    }

    private mutating func bindResidents(_ cases: UseCases, _ reads: ReadPool) {
        let (reading, importing) = (cases.readingResidents, cases.importingDirectory)
        bind(ResidentMethods.Search.self, in: reads, reading: { call, _ in try await reading.search(call) })
        bind(ResidentMethods.Get.self, in: reads, readingQuickly: { call, _ in try await reading.get(call) })
        bind(ResidentMethods.List.self, in: reads, reading: { call, _ in try await reading.list(call) })
        // On the event loop, so that no portion comes after the end of its connection, which is told there. The oneway
        // calls of a connection may begin later than that.
        bind(ResidentMethods.Upload.self) { call, exchange in
            guard exchange.wantsReply else { return exchange.fail(.notFound(call.upload ?? "")) }
            exchange.end(Result { () throws(ControlError) in try importing.upload(call, from: exchange.connection) })
        }
        bind(
            ResidentMethods.MoveOut.self,
            doing: { [movingOut = cases.movingOut] call, exchange in
                try await movingOut.moveOut(call, by: exchange.actor)
            })
        bindImport(of: Resident.self, importing)
    }

    private mutating func bindPlaces(_ cases: UseCases, _ reads: ReadPool) {
        let offers = cases.readingOffers
        bind(OfferMethods.List.self, in: reads, reading: { call, _ in try await offers.list(call) })
        bind(OfferMethods.Pilot.self, in: reads, reading: { call, _ in try await offers.pilot(call) })
        let (reading, importing) = (cases.readingPlaces, cases.importingDirectory)
        bind(PlaceMethods.GetResidence.self, in: reads, reading: { call, _ in try await reading.residence(call) })
        bind(PlaceMethods.ListResidences.self, in: reads, reading: { call, _ in try await reading.residences(call) })
        bind(PlaceMethods.GetDwelling.self, in: reads, reading: { call, _ in try await reading.dwelling(call) })
        bind(PlaceMethods.ListDwellings.self, in: reads, reading: { call, _ in try await reading.dwellings(call) })
        bindImport(of: Residence.self, importing)
        bindImport(of: Dwelling.self, importing)
    }

    private mutating func bindImport<Noun: ImportedNoun>(of noun: Noun.Type, _ importing: ImportingDirectory) {
        bind(
            DirectoryImport<Noun.Shown>.self,
            streaming: { call, exchange, replies in
                importing.importFile(
                    of: noun, call, from: exchange.connection, by: exchange.actor, for: exchange.principal,
                    on: replies)
            })
    }

    private mutating func bindManager(_ cases: UseCases, _ reads: ReadPool) {
        let (submitting, providers, status) = (cases.submitting, cases.readingProviders, cases.readingStatus)
        bind(ManagerMethods.Status.self, in: reads, reading: { _, _ in try await status.status() })
        bind(ManagerMethods.WhoAmI.self) { [access = cases.reading.access] _, exchange in
            let role = access.role(of: exchange.principal)
            exchange.end(
                .success(ManagerMethods.WhoAmI.Reply(name: exchange.actor, role: .init(rawValue: "\(role)"))))
        }
        bind(ManagerMethods.Providers.self, in: reads, reading: { _, _ in try await providers.providers() })
        bind(ManagerMethods.Services.self, in: reads, reading: { call, _ in try await providers.services(call) })
        bind(ManagerMethods.Schedules.self, in: reads, reading: { _, _ in try await providers.schedules() })
        bind(
            ManagerMethods.PauseProvider.self,
            submitting: { submitting.pause(.provider(ProviderID($0.id)), by: $1, $2) })
        bind(
            ManagerMethods.ResumeProvider.self,
            submitting: { submitting.resume(.provider(ProviderID($0.id)), by: $1, $2) })
        bind(
            ManagerMethods.PauseSchedule.self,
            submitting: { submitting.pause(.schedule(ScheduleID($0.id)), by: $1, $2) })
        bind(
            ManagerMethods.ResumeSchedule.self,
            submitting: { submitting.resume(.schedule(ScheduleID($0.id)), by: $1, $2) })
        bind(
            ManagerMethods.Backup.self,
            streaming: { [backingUp = cases.backingUp] _, exchange, replies in
                backingUp.backup(by: exchange.actor, for: exchange.principal, on: replies)
            })
        bind(
            ManagerMethods.Reload.self,
            doing: { [reload = cases.reload] _, _ in
                do throws(Reload.Failure) {
                    try await reload.run()
                    return Wire.Empty()
                } catch {
                    switch error {
                    case .refused(let error): throw ControlError.badConfiguration(.init(error.text))
                    case .ledger(let error): throw ControlError(error)
                    }
                }
            })
        bind(
            ManagerMethods.ReleaseProvider.self,
            doing: { [releasing = cases.releasingProviders] call, exchange in
                try await releasing.release(call, by: exchange.actor)
            })
    }
}

extension Exchange {
    /// Calls `body` with the resident that a text means: an id is looked up at once, and only another text is searched
    /// for, in turn with the calls of others. Without a directory or a resident `body` is called at once.
    fileprivate func resolve(
        resident text: String?, forNew: Bool = true, _ residents: NamingResidents, in reads: ReadPool,
        _ body: @escaping @Sendable (String?) -> Void
    ) {
        guard let text, residents.hasDirectory else { return body(text) }
        read(in: reads, isLong: false) {
            if let id = try await residents.withID(text) { return body(id) }
            read(in: reads, isLong: true) { body(try await residents.found(by: text, forNew: forNew)) }
        }
    }

    /// Calls `body` with the place that a text means, which is searched for in turn with the calls of others. Without a
    /// text `body` is called at once.
    fileprivate func resolve(
        about text: String?, _ places: NamingPlaces, in reads: ReadPool, _ body: @escaping @Sendable (PlaceKey?) -> Void
    ) {
        guard let text else { return body(nil) }
        read(in: reads, isLong: true) { body(try await places.found(by: text)) }
    }
}
