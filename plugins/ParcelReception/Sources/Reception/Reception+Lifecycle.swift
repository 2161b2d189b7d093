import ConciergeKit

extension Reception {
    var lifecycle: Lifecycle { arrivals + collection + whereabouts + ends + timed + corrections }

    @LifecycleBuilder<Self> private var arrivals: Lifecycle {
        opening(Arrival.self, to: .held) { arrival, moment in try self.takeIn(arrival, moment) }
        opening(Announce.self, to: .announced) { announcement, moment in try self.announce(announcement, moment) }
        on(Arrive.self, from: .announced, to: .held) { arrival, parcel in
            parcel.record.kind = arrival.kind
            try self.put(&parcel, on: arrival.shelf)
            self.welcome(&parcel)
        }
        on(Refuse.self, from: .announced, to: .refused) { refusal, parcel in parcel.record.note = refusal.note }
        on(CancelAnnouncement.self, from: .announced, to: .notDelivered) { cancellation, parcel in
            parcel.record.note = cancellation.note
        }
    }

    @LifecycleBuilder<Self> private var collection: Lifecycle {
        // The list of what is to be returned proposes the first action of a state.
        on(Return.self, from: .toReturn, to: .returned) { back, parcel in try self.sendBack(back, &parcel) }
        on(HandOver.self, from: .held, .toReturn, to: .collected) { handOver, parcel in
            try self.handOver(&parcel, for: handOver)
        }
        on(SendCodeAgain.self, in: .held, .toReturn) { _, parcel in
            guard let code = parcel.record.code else { return }
            let lodge = self.lodge(of: parcel)
            parcel.notify(
                .resident,
                CodeAgain(
                    what: parcel.record.what, code: code, until: parcel.state == .held ? parcel.record.lastDay : nil,
                    lodge: lodge.name, phone: lodge.phone), secret: true)
        }
        on(Extend.self, from: .held, .toReturn, to: .held) { longer, parcel in
            try self.extend(&parcel, until: longer.until)
        }
        on(Refuse.self, from: .held, to: .toReturn) { refusal, parcel in
            (parcel.record.returnReason, parcel.record.note) = (.refused, refusal.note)
            self.awaitReturn(&parcel)
        }
    }

    @LifecycleBuilder<Self> private var whereabouts: Lifecycle {
        on(Move.self, in: .held, .toReturn) { move, parcel in try self.put(&parcel, on: move.shelf) }
        on(Forward.self, from: .held, .toReturn, to: .forwarded) { forward, parcel in
            self.clearShelf(&parcel)
            parcel.notify(
                .resident,
                Forwarded(what: parcel.record.what, lodge: forward.lodge, phone: self.lodge(of: parcel).phone),
                onlyInState: true)
            parcel.record.lodge = forward.lodge
            parcel.seal()
            self.followUpLater(&parcel)
        }
        on(Receive.self, from: .forwarded, to: .held) { arrival, parcel in
            try self.put(&parcel, on: arrival.shelf)
            self.welcome(&parcel)
        }
        on(ReportLost.self, from: .held, .toReturn, .forwarded, to: .lost) { report, parcel in
            self.clearShelf(&parcel)
            (parcel.record.returnReason, parcel.record.note) = (nil, report.note)
            parcel.seal()
            parcel.notify(
                .resident, Missing(what: parcel.record.what, isFinal: false, phone: self.lodge(of: parcel).phone))
            self.followUpLater(&parcel)
        }
        on(Find.self, from: .lost, to: .held) { find, parcel in
            try self.put(&parcel, on: find.shelf)
            self.begin(&parcel)
            parcel.seal()
            let lodge = self.lodge(of: parcel)
            parcel.notify(
                .resident,
                Found(
                    what: parcel.record.what, code: parcel.record.code ?? "", until: parcel.record.lastDay,
                    lodge: lodge.name, phone: lodge.phone), secret: true)
        }
    }

    @LifecycleBuilder<Self> private var ends: Lifecycle {
        on(Return.self, from: .held, to: .returned) { back, parcel in try self.sendBack(back, &parcel) }
        on(ConfirmTransfer.self, from: .forwarded, to: .transferred) { _, parcel in parcel.seal() }
        on(WriteOff.self, from: .lost, to: .writtenOff) { writeOff, parcel in
            parcel.record.note = writeOff.note
            parcel.seal()
            parcel.notify(
                .resident, Missing(what: parcel.record.what, isFinal: true, phone: self.lodge(of: parcel).phone))
        }
    }

    private func sendBack(_ given: Return, _ parcel: inout Draft) throws(Refusal) {
        try require(
            given.reason != .other || given.note != nil, fr: "Pour un autre motif, il faut une précision (note=…).",
            en: "For another reason, a note is needed (note=…).")
        (parcel.record.returnReason, parcel.record.note) = (given.reason, given.note ?? parcel.record.note)
        clearShelf(&parcel)
        parcel.seal()
        parcel.notify(.resident, SentBack(parcel.record, phone: lodge(of: parcel).phone))
    }

    @LifecycleBuilder<Self> private var timed: Lifecycle {
        after(.remind, in: .held) { parcel in self.remind(&parcel) }
        after(.retention, in: .held, or: .toReturn) { parcel in self.endHolding(&parcel) }
        after(.followUp, in: .toReturn, .forwarded, .lost) { parcel in self.followUp(&parcel) }
        after(.expected, from: .announced, to: .notDelivered)
    }

    @LifecycleBuilder<Self> private var corrections: Lifecycle {
        correctable(\.shelf, as: \Arrival.$shelf) { parcel in
            let isInLodge = parcel.state == .held || parcel.state == .toReturn
            try self.require(
                isInLodge || parcel.record.shelf == nil, fr: "Le colis n'est pas en loge : il n'a pas d'étagère.",
                en: "The parcel is not in the lodge: it has no shelf.")
            if isInLodge { try self.put(&parcel, on: parcel.record.shelf) }
        }
        correctable(\.carrier, as: \Arrival.$carrier) { parcel in
            parcel.record.carrier = parcel.record.carrier.map(Carrier.named)
        }
        correctable(\.sender, as: \Arrival.$sender)
        correctable(\.tracking, as: \Announce.$tracking) { parcel in try self.renumber(&parcel) }
    }
}
