// What moves on an ordinary portal: a clock and a carousel.
setInterval(function () {
  document.getElementById('clock').textContent = new Date().toLocaleString('vi-VN');
}, 1000);
(function () {
  var slides = document.querySelectorAll('.slide'), on = Math.floor(Math.random() * slides.length);
  function show() {
    slides.forEach(function (s, i) { s.classList.toggle('on', i === on); });
    on = (on + 1) % slides.length;
  }
  setInterval(show, 3000);
})();
