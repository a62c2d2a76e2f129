.DEFAULT_GOAL := help
export CGO_ENABLED ?= 0

# Flags can be given as ARGS=--once, or after a double dash: make demo -- --once
FLAGS = $(ARGS) $(filter --%,$(MAKECMDGOALS))
# Two rooms are tested at a time, the longest first, in an order that keeps apart the two whose tests open real pages against deadlines.
LONG_TESTS = ./monitor/chrome ./notify ./cmd/canhcong
# The race detector watches our own code and all that it calls, but not the inside of SQLite: that is C made Go, whose memory nobody
# else touches, and instrumented it takes ten times as long. The driver around it, which is handed our memory, is watched.
RACE = -race $(foreach p,sqlite/lib libc/... memory,-gcflags=modernc.org/$(p)=-race=false)
GOLANGCI = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

.PHONY: help build demo run test race e2e bench bench-looks bench-province bench-uplink kills torture dying peers evaluate lint fuzz clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## Build bin/canhcong
	go build -o bin/canhcong ./cmd/canhcong

demo: ## Show the whole story on three sample portals (make demo -- --once ends after it)
	.ci/install browser
	@$(MAKE) --no-print-directory build
	bin/canhcong demo $(FLAGS)

run: ## Watch the registered portals and serve the console (canhcong serve)
	.ci/install browser
	@$(MAKE) --no-print-directory build
	bin/canhcong serve $(FLAGS)

test: ## Check formatting, vet, and run every test with the race detector and a real browser
	.ci/install browser compiler namespaces
	@test -z "$$(gofmt -l .)" || { echo "not gofmt-ed:"; gofmt -l .; exit 1; }
	go mod verify
	go vet ./...
	CI=true CGO_ENABLED=1 go test $(RACE) -timeout 45m -p 2 $(LONG_TESTS) ./...
	CI=true CANHCONG_TEST_OUTAGES=240 KILLS=300 go test -count=1 -run 'TestBacklog|TestKilledAnywhere' ./notify

race: ## Test one room as make test does (ROOM=./notify, ARGS="-run TestCampaign"): plain go test -race takes ten times as long
	.ci/install browser compiler namespaces
	CI=true CGO_ENABLED=1 go test $(RACE) -timeout 45m $(or $(ROOM),./...) $(FLAGS)

e2e: ## Run only the end-to-end tests
	.ci/install browser
	CI=true go test -run 'EndToEnd|Story' -v ./cmd/canhcong

bench: ## Run the benchmarks and print the figures beside what is wanted
	.ci/install browser
	.ci/bench/run

bench-looks: ## Compare whole looks with chromedp, puppeteer-cluster and playwright-core
	.ci/install browser
	.ci/bench/run looks

bench-province: ## Watch 2,000 simulated portals for an hour (or PROVINCE_MINUTES=5)
	.ci/install browser
	.ci/bench/run province

kills: ## End a random process of the browser 100 times (KILLS=n) while it looks: nothing is missed, nothing false, nothing left
	.ci/install browser
	CI=true KILLS=$${KILLS:-100} go test -count=1 -v -timeout 60m -run TestKilledAtRandom ./monitor/chrome

torture: ## Kill the part that tells people 1,000 times (KILLS=n), and take a province of 2,000 portals down: nothing is lost or told twice
	CI=true KILLS=$${KILLS:-1000} go test -count=1 -v -timeout 60m -run TestKilledAnywhere ./notify
	CANHCONG_TEST_SITES=2000 go test -count=1 -v -timeout 30m -run TestMassOutage ./notify

dying: ## Let the monitor die in every way, and wait ten minutes until somebody notices
	CI=true CANHCONG_TEST_DYING=whole go test -count=1 -v -timeout 30m -parallel 16 -run 'TestEveryDeath|TestALiving' ./cmd/canhcong

bench-uplink: ## Cut our own uplink for ten minutes (or UPLINK_MINUTES=3), in network namespaces and as root
	.ci/install browser
	CI=true UPLINK_MINUTES=$${UPLINK_MINUTES:-10} go test -run TestUplinkCut -v -timeout 0 -count 1 ./cmd/canhcong

peers: ## Let programs of others try what speaks to Telegram (a foreign client, proxies, a published description of its API) and read papers
	.ci/peers/run

evaluate: ## Judge the corpus of real pages (or CASES=folder) and write evaluate/table.txt
	.ci/install browser
	@$(MAKE) --no-print-directory build
	CASES="$(CASES)" .ci/evaluate $(FLAGS)

lint: ## Run golangci-lint v2 (built on first use; takes minutes)
	go run $(GOLANGCI) run

fuzz: ## Fuzz every reader of foreign input, 10,000 executions each
	@.ci/fuzz

clean: ## Remove what was built and what the demonstration left
	rm -rf bin demo-data evaluate

--%:
	@:
