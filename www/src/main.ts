document.body.textContent = 'Resplay';
