# make demo · make test · make run, and below what a developer needs besides.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The release build is linked statically against Swift's own libraries: what is installed is a file each. It names no
# symbols to others and packs its relocations, so that less of it is read at start and kept in memory; packed ones need
# glibc 2.36, which is that of Debian 12.
RELEASE := -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker --no-export-dynamic \
	-Xlinker -z -Xlinker pack-relative-relocs
BIN = .build/release

.PHONY: help demo desk-week test run build setup format lint settings docs check-holidays bench-programs bench bench-layers bench-documents torture clean install deb boot-test check-calendars

help:
	@echo 'make demo    build, and see a day at the lodge played'
	@echo 'make test    run every test, and the demo'
	@echo 'make desk-week  play a front desk'"'"'s week, task by task; SHOW=1 shows each screen'
	@echo 'make run     keep the daemon in the foreground, on .build/run'
	@echo 'make build   build the release programs into $(BIN)'
	@echo 'make bench   the daemon and what one would pick instead, side by side; about 15 minutes'
	@echo '             BENCH_SMOKE=1 tries it all in a minute or two; make bench-documents writes docs/performance.md'
	@echo 'make torture kill the daemon over and over and check what is left; about a quarter of an hour'
	@echo '             ROUNDS=300 MINUTES=… SEED=… TIMERS=100000 say how much of it'
	@echo 'make settings  write the shipped configuration and the table of settings, from what is declared'
	@echo 'make check-holidays  compare the public holidays with two packages of PyPI, which it installs'
	@echo 'make check-calendars  have packages of PyPI, which it installs, read calendars and exports of appointments'
	@echo 'make docs    write the site for authors of providers into .build/docs'
	@echo 'make format  write the house style into the sources;  make lint  only look'
	@echo 'make deb     make the Debian packages, in .build/deb'
	@echo 'make boot-test  as root: install the packages on a booted Debian, and try what systemd does with them'
	@echo 'make install DESTDIR=…  put programs, units, configuration, manual pages and completion in place'

# What is missing on this machine is installed, as root or with sudo, and said.
setup:
	@scripts/setup

build: setup
	swift build $(RELEASE) --product concierged
	swift build $(RELEASE) --product conciergectl
	swift build $(RELEASE) --product concierge-mail

demo: build
	@BIN=$(BIN) scripts/demo

# Suites that keep all processors busy, with walks and compilers; others measure how soon something is answered.
HEAVY = ConductTests|MistakesTests|ArticlesTests|TutorialTests|SentencesTests|CatalogueTests|NewProvider

test: setup
	swift build --build-tests
	swift test --skip-build --skip '$(HEAVY)|TortureTests|DeskTests'
	swift test --skip-build --filter '$(HEAVY)'
	swift test --skip-build --filter TortureTests
	BUILD_NEW_PROVIDER=1 swift test --skip-build --filter NewProviderPackageTests
	@BIN=.build/debug scripts/demo >.build/demo.log 2>&1 || { cat .build/demo.log; exit 1; }
	@tail -n 1 .build/demo.log

run: build
	@mkdir -p .build/run
	$(BIN)/concierged --config etc/concierge/concierged.yaml --state-dir .build/run/state --socket .build/run/org.concierged

format:
	swift format format --in-place --recursive --configuration .swift-format Package.swift Sources Tests plugins Benchmarks

lint:
	swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests plugins Benchmarks

# The shipped configuration and the table of docs/operations.md, from the settings that are declared.
settings: setup
	@scripts/settings

# What authors of providers read: articles, a tutorial, and every public symbol.
docs: setup
	@scripts/docs

# A front desk's week: each of its tasks, and how it went.
desk-week: setup
	swift build --product desk-lodge
	swift build --product conciergectl
	swift build --product desk-week
	@.build/debug/desk-week .build/debug . $(if $(SHOW),--show)

# Not part of make test: it needs a package index.
check-holidays: setup
	@scripts/check-holidays

check-calendars: setup
	@scripts/check-calendars

# It builds nothing, because root may have no Swift. STRIP= leaves the debugging information in the programs.
STRIP = --strip
SHARE = $(DESTDIR)/usr/share
UNITS = $(DESTDIR)/usr/lib/systemd/system

install:
	@test -x $(BIN)/concierged || { echo 'make install: there is nothing to install yet: make build' >&2; exit 1; }
	install -D -m 0755 $(STRIP) -t $(DESTDIR)/usr/bin $(addprefix $(BIN)/,concierged conciergectl concierge-mail)
	test -e $(DESTDIR)/etc/concierge/concierged.yaml || \
		install -D -m 0644 etc/concierge/concierged.yaml $(DESTDIR)/etc/concierge/concierged.yaml
	install -d -m 0755 $(DESTDIR)/etc/concierge/concierged.d
	install -D -m 0644 -t $(UNITS) systemd/concierged.service systemd/concierged.socket systemd/concierge-mail.service
	install -D -m 0644 systemd/concierge.sysusers $(DESTDIR)/usr/lib/sysusers.d/concierge.conf
	install -D -m 0644 systemd/concierge-mail.sysusers $(DESTDIR)/usr/lib/sysusers.d/concierge-mail.conf
	install -d -m 0755 $(addprefix $(SHARE)/,bash-completion/completions zsh/vendor-completions \
		fish/vendor_completions.d man/man1 man/man8 man/fr/man1)
	$(BIN)/conciergectl --generate-completion-script bash >$(SHARE)/bash-completion/completions/conciergectl
	$(BIN)/conciergectl --generate-completion-script zsh >$(SHARE)/zsh/vendor-completions/_conciergectl
	$(BIN)/conciergectl --generate-completion-script fish >$(SHARE)/fish/vendor_completions.d/conciergectl.fish
	LC_ALL=C.UTF-8 scripts/manual $(BIN)/conciergectl 1 >$(SHARE)/man/man1/conciergectl.1
	LC_ALL= LC_MESSAGES= LANG=fr_FR.UTF-8 scripts/manual $(BIN)/conciergectl 1 >$(SHARE)/man/fr/man1/conciergectl.1
	LC_ALL=C.UTF-8 scripts/manual $(BIN)/concierged 8 >$(SHARE)/man/man8/concierged.8
	LC_ALL=C.UTF-8 scripts/manual $(BIN)/concierge-mail 8 >$(SHARE)/man/man8/concierge-mail.8
	install -d -m 0755 $(DESTDIR)/usr/lib/systemd/catalog
	$(BIN)/concierged --catalog en >$(DESTDIR)/usr/lib/systemd/catalog/concierge.catalog
	$(BIN)/concierged --catalog fr >$(DESTDIR)/usr/lib/systemd/catalog/concierge.fr.catalog
	install -D -m 0644 -t $(SHARE)/doc/concierge docs/staff.md docs/staff.fr.md
	install -D -m 0644 -t $(SHARE)/doc/concierge/examples etc/concierge/sample/*

# The Debian packages, in .build/deb, with their debugging information beside them.
deb: setup
	rm -rf .build/deb
	mkdir -p .build/deb
	DEB_RULES_REQUIRES_ROOT=no debian/rules binary
	debian/rules clean
	@ls -l .build/deb

# Tests/Boot/README.md. It boots systems, so it must be root.
boot-test: deb
	@Tests/Boot/run

# The programs of the benchmarks: a daemon with a provider that is measured, its load, and what works without a socket.
bench-programs: build
	swift build $(RELEASE) --product bench-lodge
	swift build $(RELEASE) --product lodge-load
	swift build $(RELEASE) --product bench-inside

bench: bench-programs
	@BIN=$(BIN) Benchmarks/run

bench-layers: bench-programs
	@BIN=$(BIN) Benchmarks/run layers

bench-documents:
	@Benchmarks/run documents

# Tests/Torture/README.md. Where nothing is said: 300 rounds, a new seed, 100,000 timers.
torture: setup
	swift build $(RELEASE) --product torture-lodge
	swift build $(RELEASE) --product torture-worker
	swift build $(RELEASE) --product torture
	@$(BIN)/torture --results Tests/Torture/results $(if $(ROUNDS),--rounds $(ROUNDS)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(TIMERS),--timers $(TIMERS))

clean:
	rm -rf .build
