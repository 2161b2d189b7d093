import ConciergeKit
import ConciergeProtocol

/// What `journalctl -x` shows below a line of the daemon: what happened, and what to do (journald's message catalog).
enum Catalog {
    /// The catalog in one language, in the form of `/usr/lib/systemd/catalog`.
    static func text(in language: Language) -> String {
        let head =
            switch language {
            case .fr: "# Catalogue des messages de \(Product.name), écrit par \(Product.name) --catalog fr."
            case .en: "# Catalog of the messages of \(Product.name), written by \(Product.name) --catalog en."
            }
        let entries = Journal.Kind.allCases.map { kind in
            let (subject, body) = kind.explanation
            return """
                -- \(kind.rawValue)
                Subject: \(plain(subject, in: language))
                Defined-By: \(Product.name)
                Support: \(Product.url)
                Documentation: man:\(Product.name)(8)

                \(plain(body, in: language))

                """
        }
        return head + "\n\n" + entries.joined(separator: "\n")
    }

    /// The text without no-break spaces, which some pagers show as other characters.
    private static func plain(_ text: Text, in language: Language) -> String {
        let spaces: Set<Unicode.Scalar> = ["\u{A0}", "\u{202F}"]
        var plain = String.UnicodeScalarView()
        plain.append(contentsOf: text[language].unicodeScalars.map { spaces.contains($0) ? " " : $0 })
        return String(plain)
    }
}

extension Journal.Kind {
    private static let nothing = Text(fr: "Il n'y a rien à faire.", en: "There is nothing to do.")

    /// What happened, in a line, and what it means and what to do.
    fileprivate var explanation: (subject: Text, body: Text) {
        switch self {
        case .started:
            (
                Text(fr: "Le démon est en service", en: "The daemon serves"),
                Self.nothing
            )
        case .stopping:
            (
                Text(fr: "Le démon s'arrête", en: "The daemon stops"),
                Text(
                    fr: "Les appels en cours sont terminés ; les suivants attendent au socket ou sont à refaire.",
                    en: "The calls under way are finished; further ones wait at the socket, or are to be made again.")
            )
        case .transition:
            (
                Text(fr: "Une ligne de l'historique d'une demande", en: "A line of a request's history"),
                Text(
                    fr: "« conciergectl requests show @CONCIERGE_REQUEST@ » montre la demande.",
                    en: "\"conciergectl requests show @CONCIERGE_REQUEST@\" shows the request.")
            )
        case .runEnded:
            (
                Text(fr: "Un traitement est terminé", en: "A run has ended"),
                Text(
                    fr: "« conciergectl runs show @CONCIERGE_RUN@ » montre son résultat.",
                    en: "\"conciergectl runs show @CONCIERGE_RUN@\" shows what came of it.")
            )
        case .runFailed:
            (
                Text(fr: "Un traitement a échoué", en: "A run failed"),
                Text(
                    fr: """
                        Au niveau « warning », il est tenté à nouveau. Au niveau « error », il est abandonné : lisez la \
                        raison, supprimez la cause, puis « conciergectl runs retry @CONCIERGE_RUN@ ».
                        """,
                    en: """
                        At the level "warning" it is tried again. At the level "error" it was given up: read the reason, \
                        remove its cause, then "conciergectl runs retry @CONCIERGE_RUN@".
                        """)
            )
        case .ruleFault:
            (
                Text(fr: "Une règle d'un module a échoué", en: "A rule of a provider failed"),
                Text(
                    fr: "Elle n'a rien changé. Transmettez cette ligne à l'auteur du module @CONCIERGE_PROVIDER@.",
                    en: "It changed nothing. Send this line to the author of the provider @CONCIERGE_PROVIDER@.")
            )
        case .providerServing:
            (
                Text(fr: "Un module est en service", en: "A provider serves"),
                Self.nothing
            )
        case .providerWaiting:
            (
                Text(fr: "Un module n'est pas prêt", en: "A provider is not ready"),
                Text(
                    fr:
                        "Il est réessayé de lui-même. Si cela dure, lisez la raison : un partenaire est peut-être en panne.",
                    en: "It is tried again by itself. If it lasts, read the reason: a partner may be down.")
            )
        case .providerSetAside:
            (
                Text(fr: "Un module est mis de côté", en: "A provider is set aside"),
                Text(
                    fr: """
                        Ses demandes et ses traitements attendent, rien n'est perdu. Faites ce que dit la raison, puis \
                        « systemctl reload concierged ».
                        """,
                    en: """
                        Its requests and runs wait, nothing is lost. Do what the reason says, then "systemctl reload \
                        concierged".
                        """)
            )
        case .ledgerUnavailable:
            (
                Text(
                    fr: "Le registre ne peut pas être écrit ou lu", en: "The ledger cannot be written or read"),
                Text(
                    fr: """
                        Vérifiez le disque : place, droits, matériel. Le démon reprend de lui-même, sauf si le registre est \
                        endommagé ou remplacé : alors restaurez une sauvegarde (« concierged --restore »).
                        """,
                    en: """
                        Check the disk: space, permissions, hardware. The daemon goes on by itself, unless the ledger is \
                        damaged or was replaced: then restore a backup ("concierged --restore").
                        """)
            )
        case .reloaded:
            (
                Text(fr: "La configuration a été relue", en: "The configuration was read again"),
                Text(fr: "Elle est en vigueur.", en: "It is in force.")
            )
        case .reloadRefused:
            (
                Text(
                    fr: "La nouvelle configuration est refusée", en: "The new configuration is refused"),
                Text(
                    fr: "L'ancienne reste en vigueur. Corrigez la ligne nommée, puis « systemctl reload concierged ».",
                    en:
                        "The old one stays in force. Correct the line that is named, then \"systemctl reload concierged\"."
                )
            )
        case .badClient:
            (
                Text(fr: "Un client a mal parlé au socket", en: "A client misused the socket"),
                Text(
                    fr:
                        "Sa connexion est fermée. Cherchez le programme : utilisateur @CONCIERGE_UID@, pid @CONCIERGE_PID@.",
                    en: "Its connection was closed. Find the program: user @CONCIERGE_UID@, pid @CONCIERGE_PID@.")
            )
        case .runsTakenUp:
            (
                Text(
                    fr: "Des traitements interrompus sont repris", en: "Interrupted runs are taken up again"),
                Text(
                    fr: "Ils étaient en cours quand le démon est mort. Cherchez pourquoi il est mort.",
                    en: "They were under way when the daemon died. Find out why it died.")
            )
        case .crashed:
            (
                Text(fr: "Le démon est mort", en: "The daemon died"),
                Text(
                    fr: """
                        Si un module est nommé, transmettez à son auteur cette ligne et la ligne « Fatal error » qui la \
                        précède. Sinon, cherchez qui a arrêté le processus : le noyau (mémoire) ou une personne.
                        """,
                    en: """
                        If a provider is named, send its author this line and the "Fatal error" before it. Otherwise find \
                        out who ended the process: the kernel (memory), or a person.
                        """)
            )
        case .quarantined:
            (
                Text(fr: "Quelque chose est en quarantaine", en: "Something is in quarantine"),
                Text(
                    fr: """
                        Une demande, un traitement ou un module a fait mourir le démon plusieurs fois ; il attend, le reste \
                        continue. La ligne dit quelle commande le libère, une fois la cause supprimée.
                        """,
                    en: """
                        A request, a run or a provider has crashed the daemon several times; it waits, everything else goes \
                        on. The line says which command releases it, once its cause is mended.
                        """)
            )
        case .released:
            (
                Text(fr: "Une quarantaine est levée", en: "A quarantine is lifted"),
                Self.nothing
            )
        case .slowRule:
            (
                Text(fr: "Une règle a été lente", en: "A rule was slow"),
                Text(
                    fr:
                        "Tous les appels l'ont attendue. Transmettez cette ligne à l'auteur du module @CONCIERGE_PROVIDER@.",
                    en: "All calls waited for it. Send this line to the author of the provider @CONCIERGE_PROVIDER@.")
            )
        case .crashFileSetAside:
            (
                Text(
                    fr: "Le fichier des plantages est inutilisable", en: "The crash file cannot be used"),
                Text(
                    fr: "Vérifiez le dossier d'état. D'ici là, un plantage peut rester sans coupable.",
                    en: "Check the state directory. Until then a crash may not be attributed.")
            )
        case .rulePostponed:
            (
                Text(fr: "Une règle attend", en: "A rule waits"),
                Text(
                    fr: "Une autre demande occupe ce qu'il lui faut. Si cela dure, trouvez-la et terminez-la.",
                    en: "Another request holds what it asks for. If it lasts, find and finish that request.")
            )
        case .runsHeldBack:
            (
                Text(fr: "Des traitements sont retenus", en: "Runs are held back"),
                Text(
                    fr: """
                        Un module échoue sans cesse, ou quelqu'un l'a mis en pause. Lisez la raison : un partenaire est \
                        peut-être en panne. « conciergectl providers » montre l'état.
                        """,
                    en: """
                        A provider fails over and over, or somebody paused it. Read the reason: a partner may be down. \
                        "conciergectl providers" shows the state.
                        """)
            )
        case .runsGoOn:
            (
                Text(fr: "Les traitements reprennent", en: "Runs go on"),
                Self.nothing
            )
        case .elapseSkipped:
            (
                Text(fr: "Un horaire n'a pas été suivi", en: "A schedule did not run"),
                Text(
                    fr: "Vérifiez si son traitement dure plus longtemps que l'intervalle.",
                    en: "Check whether its run takes longer than its interval.")
            )
        case .handlerGoesOn:
            (
                Text(fr: "Un traitement ne s'arrête pas", en: "A handler does not stop"),
                Text(
                    fr: """
                        Il dépasse son temps et occupe une place de son module. Prévenez l'auteur ; un redémarrage du démon \
                        ou du travailleur y met fin.
                        """,
                    en: """
                        It is over its time and keeps a place of its provider. Tell the author; a restart of the daemon or \
                        of the worker ends it.
                        """)
            )
        case .workerCame:
            (
                Text(fr: "Un travailleur est là", en: "A worker has come"),
                Self.nothing
            )
        case .workerWent:
            (
                Text(fr: "Un travailleur est parti", en: "A worker has gone"),
                Text(
                    fr: "Ce qu'il faisait est donné à un autre. Si la ligne dit qu'il est perdu, lisez son journal.",
                    en: "What it did is given to another. If the line says that it was lost, read its journal.")
            )
        case .connectionsLimited:
            (
                Text(fr: "Les connexions sont limitées", en: "Connections are limited"),
                Text(
                    fr: "Augmentez LimitNOFILE= de l'unité, ou baissez control.connection_limit.",
                    en: "Raise LimitNOFILE= of the unit, or lower control.connection_limit.")
            )
        case .ledgerRecovered:
            (
                Text(
                    fr: "Le registre accepte de nouveau les changements", en: "The ledger takes changes again"),
                Self.nothing
            )
        case .linesDropped:
            (
                Text(fr: "Le journal était trop lent", en: "The journal was too slow"),
                Text(
                    fr:
                        "Des lignes manquent ici, d'abord les ordinaires. Le registre a tout l'historique. Vérifiez journald.",
                    en: "Lines are missing here, ordinary ones first. The ledger has all history. Check journald.")
            )
        case .pruned:
            (
                Text(
                    fr: "Des données assez anciennes ont été effacées", en: "Data that was old enough was deleted"),
                Text(
                    fr: "Les durées sont dans la section « retention » de la configuration.",
                    en: "The ages are in the section \"retention\" of the configuration.")
            )
        case .backupMade:
            (
                Text(fr: "Une sauvegarde est faite", en: "A backup was made"),
                Self.nothing
            )
        case .backupFailed:
            (
                Text(fr: "La sauvegarde a échoué", en: "The backup failed"),
                Text(
                    fr: "Lisez la raison, puis refaites-en une : « conciergectl backup FICHIER ».",
                    en: "Read the reason, then make one: \"conciergectl backup FILE\".")
            )
        case .directoryImported:
            (
                Text(fr: "Un fichier de l'annuaire a été importé", en: "A file of the directory was imported"),
                Self.nothing
            )
        case .importRefused:
            (
                Text(fr: "Un fichier de l'annuaire a été refusé", en: "A file of the directory was refused"),
                Text(
                    fr: "Rien n'a été changé. Qui l'a importé a lu les lignes à corriger.",
                    en: "Nothing was changed. Whoever imported it was told the lines to correct.")
            )
        case .ledgerMade:
            (
                Text(fr: "Un registre vide a été créé", en: "A new, empty ledger was made"),
                Text(
                    fr: """
                        C'est normal au premier démarrage. Sinon, le disque de l'état n'est peut-être pas monté : arrêtez le \
                        démon, et voyez « ledger.create » dans la configuration.
                        """,
                    en: """
                        This is right at the first start. Otherwise the disk of the state directory may not be mounted: stop \
                        the daemon, and see "ledger.create" in the configuration.
                        """)
            )
        case .logHeld:
            (
                Text(fr: "Le journal du registre grossit", en: "The ledger's log grows"),
                Text(
                    fr:
                        "Un autre programme lit un ancien état du registre. Terminez-le : un sqlite3 oublié, par exemple.",
                    en: "Another program reads an old state of the ledger. End it: a forgotten sqlite3, for example.")
            )
        case .logReleased:
            (
                Text(fr: "Le journal du registre est libéré", en: "The ledger's log is released"),
                Self.nothing
            )
        case .clockDoubted:
            (
                Text(fr: "L'horloge est douteuse", en: "The clock is in doubt"),
                Text(
                    fr: "Vérifiez l'horloge et ce qui la règle : timedatectl.",
                    en: "Check the clock and what sets it: timedatectl.")
            )
        case .requestsUnreadable:
            (
                Text(
                    fr: "Un module ne peut pas lire ses demandes", en: "A provider cannot read its requests"),
                Text(
                    fr: "Rien n'a été changé. Revenez à la version précédente, ou prévenez l'auteur du module.",
                    en: "Nothing was changed. Go back to the previous version, or tell the provider's author.")
            )
        case .requestsUpgraded:
            (
                Text(fr: "Des demandes ont été mises à jour", en: "Requests were brought up to date"),
                Text(
                    fr: "Une nouvelle version de leur module les a converties.",
                    en: "A new version of their provider converted them.")
            )
        case .requestsUnattended:
            (
                Text(
                    fr: "Des demandes attendent leur module", en: "Requests wait for their provider"),
                Text(
                    fr: "« conciergectl providers » dit pourquoi il n'est pas en service.",
                    en: "\"conciergectl providers\" says why it does not serve.")
            )
        case .overbooked:
            (
                Text(
                    fr: "Ce qui est réservé n'existe plus", en: "What is booked is not there any more"),
                Text(
                    fr:
                        "La configuration n'a plus cette place ; la réservation reste. Déplacez-la, ou rendez la place.",
                    en: "The configuration has that unit no more; the booking stays. Move it, or give the unit back.")
            )
        case .signalUnheard:
            (
                Text(
                    fr: "Un signal n'est émis par personne", en: "Nobody raises a signal"),
                Text(
                    fr:
                        "Rien à faire tant que l'autre module est absent ; sinon prévenez l'auteur : le nom est peut-être faux.",
                    en:
                        "Nothing to do while the other provider is away; otherwise tell the author: the name may be wrong."
                )
            )
        }
    }
}
