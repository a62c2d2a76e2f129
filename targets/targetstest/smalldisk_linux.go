package targetstest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// smallDisk names, in the environment of a process of a test, the small disk that it may fill.
const smallDisk = "CANHCONG_TEST_SMALL_DISK"

// OnSmallDisk tells the story of a test in a process of its own, with its temporary files on a real file system of so many MiB,
// mounted for that process only. The test is skipped where none can be mounted.
func OnSmallDisk(t *testing.T, mebibytes int64, story func(t *testing.T, disk string)) {
	t.Helper()
	if disk := os.Getenv(smallDisk); disk != "" {
		story(t, disk)
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root, to mount a small file system")
	}
	image, disk := filepath.Join(t.TempDir(), "disk.img"), t.TempDir()
	if err := errors.Join(os.WriteFile(image, nil, 0o600), os.Truncate(image, mebibytes<<20)); err != nil {
		t.Fatal(err)
	}
	mount := fmt.Sprintf(`mount --make-rprivate / && mkfs.ext4 -q %s && mount -o loop %[1]s %s`, image, disk)
	if out, err := exec.Command("unshare", "-m", "sh", "-c", mount).CombinedOutput(); err != nil {
		t.Skipf("no small file system can be mounted here: %v %s", err, out)
	}
	child := exec.Command("unshare", "-m", "sh", "-c", mount+` && exec "$0" -test.run "^$1\$" -test.v`, os.Args[0], t.Name())
	child.Env = append(os.Environ(), smallDisk+"="+disk, "TMPDIR="+disk)
	out, err := child.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}
