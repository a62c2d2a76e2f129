package notify

import "canhcong/baseline"

// The words of messages that tell of many.
var (
	wordNow                = phrase{"Hiện tại", "Now"}
	wordSince              = phrase{"từ %s", "since %s"}
	wordTogether           = phrase{"%d việc báo trong một tin:", "%d things in one message:"}
	wordTogetherLate       = phrase{"%d việc chưa báo được từ %s vì mất liên lạc với kênh gửi:", "%d things that could not be told since %s, because the channel was away:"}
	wordMoreInFile         = phrase{"… và %d dòng nữa trong tệp đính kèm", "… and %d more lines in the attached file"}
	wordNoneDown           = phrase{"không còn cổng nào gián đoạn", "no portal is down"}
	wordRecoveredMany      = phrase{"%d đã khôi phục", "%d recovered"}
	wordRecoveredMeanwhile = phrase{"%d đã khôi phục trong thời gian mất liên lạc", "%d recovered while nothing could be sent"}
	wordEndedMany          = phrase{"%d đã kết thúc", "%d over"}
	wordOthersMany         = phrase{"%d tin khác", "%d other things"}
)

// standings count what is not over.
var standings = map[baseline.Concern]phrase{
	baseline.ConcernAvailability: {"%d cổng gián đoạn", "%d portals down"},
	baseline.ConcernContent:      {"%d cổng nghi bị thay đổi", "%d portals suspected to be changed"},
	baseline.ConcernCertificate:  {"%d chứng thư số cần xử lý", "%d certificates to be seen to"},
	baseline.ConcernQuality:      {"%d trang không trọn vẹn", "%d pages incomplete"},
}

// severityMarks begin a line in a list.
var severityMarks = map[Severity]string{Critical: "🔴", Major: "🟠", Warning: "🟡", Info: "🔵", "": "•"}
