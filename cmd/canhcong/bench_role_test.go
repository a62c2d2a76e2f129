package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tell prints a line about a benchmark under way: the testing package cuts off what it is given to log after ten.
func tell(format string, args ...any) { fmt.Printf("    "+format+"\n", args...) }

// What takes part in a benchmark runs in a process of its own, so that what it uses can be measured apart: the simulated
// portals, the product, and what it is compared with. Each says a line when it is ready, and answers every line it is sent
// with one line of its own.

// benchRole names the variable that says which part the test binary plays; benchJob the one with its orders, in JSON.
const (
	benchRole = "CANHCONG_BENCH_ROLE"
	benchJob  = "CANHCONG_BENCH_JOB"
)

// roles are the parts of the test binary. Each returns its greeting, how it answers, and how it ends.
var roles = map[string]func(orders []byte) (greeting any, answer func(line string) (any, error), end func() error, err error){
	"street": playStreet, "product": playProduct, "plain": playPlain,
}

// playPart is the test binary in a part, until its input ends.
func playPart(role string) {
	if err := perform(role, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

func perform(role string, in io.Reader, out io.Writer) error {
	greeting, answer, end, err := roles[role]([]byte(os.Getenv(benchJob)))
	if err != nil {
		return err
	}
	defer end()
	enc := json.NewEncoder(out)
	if err := enc.Encode(greeting); err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		reply, err := answer(lines.Text())
		if err != nil {
			return fmt.Errorf("%s: %w", lines.Text(), err)
		}
		if err := enc.Encode(reply); err != nil {
			return err
		}
	}
	return nil
}

// player is a part that is being played.
type player struct {
	name    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	said    bytes.Buffer // on its standard error
}

// cast starts the test binary in a part. Its greeting is read into greeting.
func cast(b *testing.B, role string, orders, greeting any) *player {
	b.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), benchRole+"="+role)
	return castCommand(b, role, c, orders, greeting)
}

// castCommand starts another program in a part.
func castCommand(b *testing.B, name string, c *exec.Cmd, orders, greeting any) *player {
	b.Helper()
	job, err := json.Marshal(orders)
	if err != nil {
		b.Fatal(err)
	}
	if c.Env == nil {
		c.Env = os.Environ()
	}
	c.Env = append(c.Env, benchJob+"="+string(job))
	p := &player{name: name, command: c}
	c.Stderr = &p.said
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	p.out = bufio.NewReader(out)
	if p.in, err = c.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(p.end)
	p.hear(b, greeting)
	return p
}

// ask sends a line and reads the answer to it.
func (p *player) ask(b *testing.B, line string, answer any) {
	b.Helper()
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		b.Fatalf("%s, %q: %v\n%s", p.name, line, err, p.said.String())
	}
	p.hear(b, answer)
}

func (p *player) hear(b *testing.B, answer any) {
	b.Helper()
	line, err := p.out.ReadString('\n')
	if err == nil {
		err = json.Unmarshal([]byte(line), answer)
	}
	if err != nil {
		p.end()
		b.Fatalf("%s said %q: %v\n%s", p.name, strings.TrimSpace(line), err, p.said.String())
	}
}

// end closes the part's input, which ends it, and kills it when that takes long.
func (p *player) end() {
	p.in.Close()
	slow := time.AfterFunc(20*time.Second, func() { syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL) })
	defer slow.Stop()
	p.command.Wait()
}

func (p *player) pid() int { return p.command.Process.Pid }
