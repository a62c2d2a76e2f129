// What moves on an ordinary portal: a clock, counters, a carousel that starts anywhere, and news that take turns.
setInterval(function () { document.getElementById('gio').textContent = new Date().toLocaleString('vi-VN') }, 1000)
document.getElementById('truycap').textContent = (1284000 + Math.floor(Math.random() * 9000)).toLocaleString('vi-VN')
document.getElementById('tructuyen').textContent = 5 + Math.floor(Math.random() * 60)
var anh = document.querySelectorAll('.bang figure'), thu = Math.floor(Math.random() * anh.length)
function doi() {
  anh.forEach(function (a, i) { a.classList.toggle('hien', i === thu) })
  thu = (thu + 1) % anh.length
}
doi()
setInterval(doi, 4000)
var tin = document.getElementById('tin')
for (var i = Math.floor(Math.random() * tin.children.length); i > 0; i--) tin.appendChild(tin.firstElementChild)
