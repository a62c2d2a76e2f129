-- A recovery is believed after two clean looks that are apart; what was suspected is confirmed once more after the alert; and
-- where a page only differs from what was approved, the looks must have seen the same.
-- owner: notify
ALTER TABLE incidents ADD COLUMN good_at INTEGER; -- when the last clean look was counted
ALTER TABLE incidents ADD COLUMN confirmed_at INTEGER; -- when every look that the profile wants had agreed
ALTER TABLE incidents ADD COLUMN trial TEXT NOT NULL DEFAULT '[]'; -- JSON: what the bad looks of a suspicion saw, and where

-- owner: targets
UPDATE profiles SET confirm_ms = '[10000,20000]' WHERE confirm_ms = '[10000]';
