package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kong"

	"canhcong/targets"
)

// commandLine is the grammar of the program; see the contract in the README.
type commandLine struct {
	Config string `help:"Configuration file (TOML); every key is also an environment variable, such as CANHCONG_DATA." placeholder:"FILE"`
	Data   string `help:"Data directory (default: data)." placeholder:"DIR"`
	Lang   string `help:"Language of the output: vi or en." placeholder:"vi"`

	Serve    serveCommand    `cmd:"" help:"Watch the registered portals and serve the console."`
	Demo     demoCommand     `cmd:"" help:"Show the whole story on three sample portals on this machine."`
	Check    checkCommand    `cmd:"" help:"Look once at a URL. Exit 0 fine, 1 finding, 2 could not look."`
	Site     siteCommand     `cmd:"" help:"Register portals: import, add, list, show, remove."`
	Baseline baselineCommand `cmd:"" help:"Baselines: list, capture, approve, reject, rollback."`
	Event    eventCommand    `cmd:"" help:"Appearance events: declare, list, end."`
	Period   periodCommand   `cmd:"" help:"Heightened periods (đợt cao điểm): add, list, end."`
	Contact  contactCommand  `cmd:"" help:"Whom to call (đầu mối): import, list, check, end."`
	Incident incidentCommand `cmd:"" help:"Incidents: list, show, and what is reported of them to the authority: sent, count, exempt."`
	Report   reportCommands  `cmd:"" help:"Write a report for leaders as a draft of an official paper: daily, period, month, year, window."`
	Drill    drillCommand    `cmd:"" help:"Begin a drill (diễn tập) at a portal: told, escalated and handled as if it were real, marked, and counted nowhere."`
	Doctor   doctorCommand   `cmd:"" help:"Say what is not ready for the days ahead, or for a period. Exit 0 when all is."`
	Holiday  holidayCommand  `cmd:"" help:"Holidays: list, set, remove."`
	Profile  profileCommand  `cmd:"" help:"Paces of looking: list, set."`
	Channel  channelCommand  `cmd:"" help:"Ways to people: list, test."`
	Backup   backupCommand   `cmd:"" help:"Write a checked copy of the database to a file, while everything goes on."`
	Restore  restoreCommand  `cmd:"" help:"Put a backup in the place of the database."`
	User     userCommand     `cmd:"" help:"People who are told and who may log in: add, passwd, address."`
	Systemd  systemdCommand  `cmd:"" help:"Print the unit with which systemd keeps serve running."`
	Roster   rosterCommand   `cmd:"" help:"Who is on duty when: import, show, add, remove, swap."`
	Evaluate evaluateCommand `cmd:"" help:"Run the real pipeline over a folder of cases and print the table."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

// run is the program: arguments and environment in, text out. It returns when the command is done or ctx ends.
func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	var line commandLine
	exited := false
	parser, err := kong.New(&line,
		kong.Name("canhcong"),
		kong.Description("Canh Cổng canh giữ cổng thông tin điện tử: watches government portals and tells the right person."),
		kong.Writers(out, out),
		kong.Exit(func(int) { exited = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return fmt.Errorf("read the command line grammar: %w", err)
	}
	command, err := parse(parser, args)
	if exited { // help was asked for and printed
		return nil
	}
	if err != nil {
		return exitError{2, fmt.Errorf("%w\nTry: canhcong --help", err)}
	}
	config, err := loadConfig(line.Config, getenv)
	if err != nil {
		return exitError{2, err}
	}
	config.override(line.Data, line.Lang)
	if err := errors.Join(config.validate(), config.useLocalTerms()); err != nil {
		return exitError{2, err}
	}
	a := &app{ctx: ctx, out: out, config: config, data: config.Data, lang: targets.Language(config.Language)}
	return command.Run(a)
}

// parse survives kong going on after an exit that it believes in.
func parse(parser *kong.Kong, args []string) (command *kong.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("nothing to do")
		}
	}()
	return parser.Parse(args)
}

type versionCommand struct{}

// Run prints the version the module was built as.
func (versionCommand) Run(a *app) error {
	_, err := fmt.Fprintln(a.out, "canhcong "+version())
	return err
}
