package web

// route is one thing the console answers: its pattern, the least a person must be allowed to do for it, what the address
// names (so that the rule can look at its unit), and the handler.
type route struct {
	pattern string
	needs   action
	names   subjectKind
	handle  handler
}

// routes lists everything the console answers. A route without a rule does not exist: gate refuses the zero action.
func (s *Server) routes() []route {
	return []route{
		{"GET /healthz", open, nothing, s.showHealth},
		{"GET /healthz/cycle", open, nothing, s.showCycle},
		{"GET /login", open, nothing, s.showLogin},
		{"POST /login", open, nothing, s.login},
		{"GET /first-login", open, nothing, s.showFirstLogin},
		{"POST /first-login", open, nothing, s.firstLogin},
		{"GET /manual", open, nothing, s.showManual},
		{"POST /language", open, nothing, s.switchLanguage},
		{"POST /logout", self, nothing, s.logout},

		{"GET /{$}", see, nothing, s.showWall},
		{"GET /sites/new", administer, nothing, s.showNewSite},
		{"POST /sites/new", administer, nothing, s.addSite},
		{"GET /sites/import", administer, nothing, s.showImport},
		{"POST /sites/import", administer, nothing, s.importSites},
		{"GET /sites/{id}", see, site, s.showSite},
		{"POST /sites/{id}/look", lookAgain, site, s.lookAtSite},
		{"POST /sites/{id}/drill", acknowledge, site, s.drill},
		{"GET /sites/{id}/baselines", see, site, s.showBaselines},
		{"POST /sites/{id}/rollback", revise, site, s.rollBack},
		{"POST /sites/{id}/capture", revise, site, s.capture},
		{"GET /sites/{id}/allow", administer, site, s.showAllow},
		{"POST /sites/{id}/allow", administer, site, s.setAllow},
		{"GET /sites/{id}/remove", administer, site, s.showRemoveSite},
		{"POST /sites/{id}/remove", administer, site, s.removeSite},

		{"GET /looks/{id}", see, look, s.showLook},
		{"POST /looks/{id}/decide", answerFor, look, s.decide},
		{"GET /looks/{id}/screenshot.png", see, look, s.showScreenshot},
		{"GET /looks/{id}/thumbnail.png", see, look, s.showThumbnail},
		{"GET /approvals", see, nothing, s.showApprovals},

		{"GET /events", see, nothing, s.showEvents},
		{"POST /events", declare, nothing, s.declareEvent},
		{"POST /events/{id}/end", declare, event, s.endEvent},

		{"GET /periods", oversee, nothing, s.showPeriods},
		{"POST /periods", administer, nothing, s.declarePeriod},
		{"GET /periods/{id}", oversee, period, s.showPeriod},
		{"POST /periods/{id}/end", administer, period, s.endPeriod},
		{"GET /holidays", oversee, nothing, s.showHolidays},
		{"POST /holidays", administer, nothing, s.setHoliday},
		{"POST /holidays/remove", administer, nothing, s.removeHoliday},

		{"GET /contacts", oversee, nothing, s.showContacts},
		{"POST /contacts/check", acknowledge, nothing, s.checkContact},
		{"POST /contacts/end", administer, nothing, s.endContact},
		{"POST /contacts/import", administer, nothing, s.importContacts},
		{"GET /reports", oversee, nothing, s.showReports},
		{"GET /reports/paper", oversee, nothing, s.showPaper},

		{"GET /roster", oversee, nothing, s.showRoster},
		{"POST /roster", administer, nothing, s.addShift},
		{"POST /roster/import", administer, nothing, s.importRoster},
		{"GET /roster/{id}", oversee, shift, s.showShift},
		{"POST /roster/{id}/checkin", attend, shift, s.checkIn},
		{"POST /roster/{id}/handover", attend, shift, s.handOver},
		{"POST /roster/{id}/swap", exchange, shift, s.swapShift},
		{"POST /roster/{id}/remove", administer, shift, s.removeShift},

		{"GET /incidents", see, nothing, s.showIncidents},
		{"GET /incidents/{id}", see, incident, s.showIncident},
		{"GET /incidents/{id}/picture.png", see, incident, s.showIncidentPicture},
		{"POST /incidents/{id}/acknowledge", acknowledge, incident, s.acknowledge},
		{"POST /incidents/{id}/verify", acknowledge, incident, s.verify},
		{"POST /incidents/{id}/owner", acknowledge, incident, s.assign},
		{"POST /incidents/{id}/fix", acknowledge, incident, s.fix},
		{"POST /incidents/{id}/check", acknowledge, incident, s.check},
		{"POST /incidents/{id}/snooze", acknowledge, incident, s.snooze},
		{"GET /incidents/{id}/paper", oversee, incident, s.showFiling},
		{"POST /incidents/{id}/reported", acknowledge, incident, s.sendReport},
		{"POST /incidents/{id}/counted", administer, incident, s.countReport},
		{"GET /groups/{id}", oversee, group, s.showGroup},
		{"POST /groups/{id}/acknowledge", acknowledge, group, s.takeGroup},
		{"GET /alerts", see, nothing, s.showAlerts},

		{"GET /people", administer, nothing, s.showPeople},
		{"POST /people", administer, nothing, s.addPerson},
		{"POST /people/{id}/code", administer, nothing, s.giveCode},
		{"GET /people/{id}", administer, nothing, s.showPerson},
		{"POST /people/{id}/link", administer, nothing, s.giveLinkCode},
		{"POST /people/{id}/address/add", administer, nothing, s.addAddress},
		{"POST /people/{id}/address/move", administer, nothing, s.moveAddress},
		{"POST /people/{id}/address/remove", administer, nothing, s.removeAddress},
		{"POST /people/{id}/address/test", administer, nothing, s.testAddress},
		{"POST /channels/test", administer, nothing, s.testChannel},
		{"GET /audit", administer, nothing, s.showAudit},
	}
}
